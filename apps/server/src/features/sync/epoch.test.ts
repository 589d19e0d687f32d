import { renewEpoch } from "@tidemark/db";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDevice, newOperationId } from "../../testing/test-device.ts";
import { demoSchool, refusalOf, serverOn, type Client, type TestServer } from "../../testing/test-server.ts";

const { lessonId } = demoSchool;
const reset = { data: { code: "RESET_REQUIRED", httpStatus: 409 } };

describeOnEveryDatabase("a database whose history is another", (context) => {
  let server: TestServer;
  let student: Client;
  beforeAll(async () => {
    server = await serverOn(context);
    student = (await server.signIn("student")).client;
  });
  afterAll(() => server.stop());

  const message = () => ({ name: "chat.send", args: { id: randomUUID(), lessonId, text: "Once" } });

  it("S35: tells devices to start over, and takes what they had queued once", async () => {
    const device = createTestDevice(student);
    await device.pull();
    const operation = { ...message(), id: newOperationId(), at: "2026-11-22T10:00:00.000Z" };
    const push = (deviceId: string) => student.sync.push.mutate({ deviceId, ops: [{ ...operation, seq: 1 }] });
    const { epoch } = await push(device.deviceId);

    const renewed = await renewEpoch(server.server.database);
    expect(await refusalOf(device.pull())).toMatchObject(reset);
    const fresh = createTestDevice(student);
    const again = await push(fresh.deviceId);
    expect(again).toMatchObject({ epoch: renewed, results: [{ status: "duplicate" }] });
    expect(renewed).not.toBe(epoch);
    await fresh.pull();
    expect(fresh.rows("chatMessage").filter(({ id }) => id === operation.args.id)).toHaveLength(1);
  });

  it("S12: is told by an unknown device that sends a cursor, a confirmation or a later sequence number", async () => {
    const device = createTestDevice(student);
    await device.push([message()]);
    const { cursor } = await student.sync.pull.query({ deviceId: device.deviceId, cursor: null });
    const unknown = { deviceId: randomUUID() };
    const late = { ...message(), id: newOperationId(), at: "2026-11-22T10:00:00.000Z", seq: 2 };
    expect(await refusalOf(student.sync.pull.query({ ...unknown, cursor }))).toMatchObject(reset);
    expect(await refusalOf(student.sync.pull.query({ ...unknown, cursor: null, ackSeq: 1 }))).toMatchObject(reset);
    expect(await refusalOf(student.sync.push.mutate({ ...unknown, ops: [late] }))).toMatchObject(reset);
    const ahead = student.sync.pull.query({ deviceId: device.deviceId, cursor, ackSeq: 2 });
    expect(await refusalOf(ahead)).toMatchObject(reset);
  });
});

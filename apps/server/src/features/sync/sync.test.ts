import { randomUUID } from "node:crypto";
import { createChatStore, createLessonStore } from "@tidemark/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { newOperationId } from "../../testing/test-device.ts";
import {
  demoSchool,
  refusalOf,
  startTestServer,
  type Client,
  type DemoPerson,
  type TestServer,
} from "../../testing/test-server.ts";

const lessonId = demoSchool.lessonId;

/** A pull's answer without a client that reads it. */
const pullAnswer = z.object({ result: z.object({ data: z.object({ changes: z.array(z.unknown()) }) }) });

interface Step {
  readonly name?: string;
  readonly args?: unknown;
}

/** A batch of operations in sequence; by default each sends a message. */
function operations(steps: readonly Step[], firstSeq = 1) {
  return steps.map(({ name = "chat.send", args }, index) => ({
    id: newOperationId(),
    seq: firstSeq + index,
    name,
    args: args ?? { id: randomUUID(), lessonId, text: `Message ${index}` },
    at: new Date().toISOString(),
  }));
}

describe("sync, over the wire", () => {
  let server: TestServer;
  let student: Client;
  const signIn = async (person: DemoPerson) => (await server.signIn(person)).client;
  const pullAll = (client: Client, deviceId: string = randomUUID()) =>
    client.sync.pull.query({ deviceId, cursor: null });
  const findMessage = (id: string) => createChatStore().find(server.server.database.db, id);
  beforeAll(async () => {
    server = await startTestServer();
    student = await signIn("student");
  });
  afterAll(() => server.stop());

  it("I8: a first pull brings the demo lesson, its people and its chat, and no more to an outsider", async () => {
    const { changes, hasMore } = await pullAll(student);
    expect(hasMore).toBe(false);
    const entities = changes.map(({ entity }) => entity);
    expect(entities.filter((entity) => entity === "participant")).toHaveLength(3);
    expect(changes.filter(({ entity }) => entity === "chatMessage").map(({ id }) => id)).toEqual(
      expect.arrayContaining(demoSchool.messages.map(({ id }) => id)),
    );
    expect((await pullAll(await signIn("outsider"))).changes).toEqual([]);
  });

  it("I2: a push replayed byte for byte has one effect and answers the first verdicts", async () => {
    const messageId = randomUUID();
    const push = {
      deviceId: randomUUID(),
      ops: operations([
        { args: { id: messageId, lessonId, text: "Exactly once" } },
        { args: { id: randomUUID(), lessonId, text: "" } },
        { name: "chat.unknown", args: null },
      ]),
    };
    const first = await student.sync.push.mutate(push);
    expect(first.results.map(({ status }) => status)).toEqual(["applied", "rejected", "rejected"]);
    const versionOf = async () => (await pullAll(student)).changes.find(({ id }) => id === messageId)?.version;
    const version = await versionOf();

    const second = await student.sync.push.mutate(push);
    expect(second.lastSeq).toBe(3);
    expect(second.results).toEqual(first.results.map((of) => ({ id: of.id, seq: of.seq, status: "duplicate", of })));
    expect(await versionOf()).toBe(version);
  });

  it("S43 I2: what names its place under a former device id has no second effect after its verdict is forgotten, nobody else's place counts", async () => {
    const [former, present] = [randomUUID(), randomUUID()];
    const ids = [randomUUID(), randomUUID()];
    const ops = operations(ids.map((id) => ({ args: { id, lessonId, text: "Exactly once" } })));
    await student.sync.push.mutate({ deviceId: former, ops: ops.slice(0, 1) });
    await student.sync.push.mutate({ deviceId: former, ackSeq: 1, ops: [] });
    const again = ops.map((operation) => ({ ...operation, origin: { deviceId: former, seq: operation.seq } }));
    const { results } = await student.sync.push.mutate({ deviceId: present, ops: again });
    expect(results).toEqual([
      { id: ops[0]?.id, seq: 1, status: "duplicate" },
      { id: ops[1]?.id, seq: 2, status: "applied" },
    ]);
    await student.sync.push.mutate({ deviceId: present, ackSeq: 2, ops: [] });
    const { results: late } = await student.sync.push.mutate({ deviceId: randomUUID(), ops: again });
    expect(late).toMatchObject([{ status: "duplicate" }, { status: "duplicate", of: { status: "applied" } }]);

    const tutor = await signIn("tutor");
    const args = { id: randomUUID(), lessonId, text: "Somebody else's" };
    const own = operations([{ args }]).map((operation) => ({ ...operation, origin: { deviceId: former, seq: 1 } }));
    const { results: others } = await tutor.sync.push.mutate({ deviceId: randomUUID(), ops: own });
    expect(others).toMatchObject([{ status: "applied" }]);
  });

  it("I3: a gap is refused with the sequence number that is expected, and nothing of it is applied", async () => {
    const deviceId = randomUUID();
    await student.sync.push.mutate({ deviceId, ops: operations([{}]) });
    const id = randomUUID();
    const late = operations([{ args: { id, lessonId, text: "Too early" } }], 3);
    const refusal = await refusalOf(student.sync.push.mutate({ deviceId, ops: late }));
    expect(refusal).toMatchObject({ data: { code: "SEQUENCE_GAP", httpStatus: 409, expectedSeq: 2 } });
    expect(await findMessage(id)).toBeUndefined();
  });

  it("I7: another person's device is refused, for pushes and for pulls", async () => {
    const deviceId = randomUUID();
    await student.sync.push.mutate({ deviceId, ops: operations([{}]) });
    const tutor = await signIn("tutor");
    const forbidden = { data: { code: "FORBIDDEN", httpStatus: 403 } };
    expect(await refusalOf(tutor.sync.push.mutate({ deviceId, ops: operations([{}], 2) }))).toMatchObject(forbidden);
    expect(await refusalOf(pullAll(tutor, deviceId))).toMatchObject(forbidden);
  });

  it("a forbidden operation in the middle of a batch does not stop the others", async () => {
    const mine = { id: randomUUID(), lessonId, text: "Mine" };
    const ops = operations([
      { args: mine },
      { name: "chat.edit", args: { id: demoSchool.messages[0].id, text: "Taken over" } },
      { args: { id: randomUUID(), lessonId: randomUUID(), text: "Nowhere" } },
      { name: "chat.edit", args: { id: mine.id, text: "Mine, edited" } },
    ]);
    const { results, lastSeq } = await student.sync.push.mutate({ deviceId: randomUUID(), ops });
    expect(results.map((result) => ("error" in result ? result.error?.code : result.status))).toEqual([
      "applied",
      "FORBIDDEN",
      "NOT_FOUND",
      "applied",
    ]);
    expect(lastSeq).toBe(4);
    expect((await findMessage(mine.id))?.text).toBe("Mine, edited");
    expect((await findMessage(demoSchool.messages[0].id))?.text).toBe(demoSchool.messages[0].text);
  });

  it("I1: a refusal by a handler in the middle of a batch undoes that operation alone", async () => {
    const taken = demoSchool.messages[0].id;
    const [before, after] = [randomUUID(), randomUUID()];
    const ops = operations([
      { args: { id: before, lessonId, text: "Before" } },
      { args: { id: taken, lessonId, text: "The id is taken" } },
      { args: { id: after, lessonId, text: "After" } },
    ]);
    const { results } = await student.sync.push.mutate({ deviceId: randomUUID(), ops });
    expect(results.map(({ status }) => status)).toEqual(["applied", "rejected", "applied"]);
    expect([(await findMessage(before))?.text, (await findMessage(after))?.text]).toEqual(["Before", "After"]);
  });

  it("I7: nothing of a member is taken after their removal, and their next pull purges the lesson", async () => {
    const viewer = demoSchool.users[2].id;
    const { db } = server.server.database;
    const lessons = createLessonStore();
    const participant = { id: randomUUID(), lessonId, userId: viewer, role: "participant" } as const;
    await lessons.removeParticipant(db, { lessonId, userId: viewer });
    await lessons.addParticipant(db, participant);
    const client = await signIn("student2");
    const deviceId = randomUUID();
    const { cursor } = await pullAll(client, deviceId);
    expect((await client.sync.push.mutate({ deviceId, ops: operations([{}]) })).results[0]?.status).toBe("applied");

    await lessons.removeParticipant(db, { lessonId, userId: viewer });
    const { results } = await client.sync.push.mutate({ deviceId, ops: operations([{}], 2) });
    expect(results[0]).toMatchObject({ status: "rejected", error: { code: "NOT_FOUND" } });
    const pulled = await client.sync.pull.query({ deviceId, cursor });
    expect(pulled).toMatchObject({ removedScopes: [`lesson:${lessonId}`], changes: [] });
  });

  it("shows what was called directly to devices that pull", async () => {
    const deviceId = randomUUID();
    const tutor = await signIn("tutor");
    const { cursor } = await pullAll(tutor, deviceId);
    const message = await student.chat.send.mutate({ id: randomUUID(), lessonId, text: "Straight in" });
    const { changes } = await tutor.sync.pull.query({ deviceId, cursor });
    expect(changes.map(({ value }) => value)).toEqual([message]);
  });

  it("S39: a pull is taken by GET, and by POST where it does not fit a URL", async () => {
    const { session } = await server.signIn("student");
    const headers = { authorization: `Bearer ${session.accessToken}`, "content-type": "application/json" };
    const scopes = [`lesson:${lessonId}`, ...Array.from({ length: 1000 }, () => `lesson:${randomUUID()}`)];
    const inputOf = (asked: readonly string[]) =>
      JSON.stringify({ deviceId: randomUUID(), cursor: null, scopes: asked });
    const url = `${server.url}/trpc/sync.pull`;
    const byGet = (asked: readonly string[]) =>
      fetch(`${url}?input=${encodeURIComponent(inputOf(asked))}`, { headers });
    const small = await byGet(scopes.slice(0, 1));
    const large = await fetch(url, { method: "POST", headers, body: inputOf(scopes) });
    expect([small.status, (await byGet(scopes)).status, large.status]).toEqual([200, 431, 200]);
    const bodies = [await small.json(), await large.json()].map((body) => pullAnswer.parse(body).result.data.changes);
    expect(bodies[0]?.length).toBeGreaterThan(0);
    expect(bodies[1]).toEqual(bodies[0]);
  });

  it("refuses unknown fields of the envelope and a foreign contract", async () => {
    const push = { deviceId: randomUUID(), ops: operations([{}]) };
    const extra = Object.assign({ admin: true }, push);
    expect(await refusalOf(student.sync.push.mutate(extra))).toMatchObject({ data: { code: "BAD_REQUEST" } });
    const foreign = { ...push, contract: { name: "todos", version: 1 } };
    expect(await refusalOf(student.sync.push.mutate(foreign))).toMatchObject({
      data: { code: "CONTRACT_TOO_OLD", httpStatus: 412 },
    });
  });

  it("counts verdicts and policy decisions, and what devices say is still queued", async () => {
    await student.sync.push.mutate({ deviceId: randomUUID(), ops: operations([{}]), pending: 41 });
    const scrape = async () => (await fetch(`${server.url}/metrics`)).text();
    // What the database does not say in time is left out.
    await expect.poll(scrape).toMatch(/^sync_queue_depth\{kind="parked"\} 0$/m);
    const text = await scrape();
    expect(text).toMatch(/^sync_operations_total\{status="applied"\} [1-9]/m);
    expect(text).toMatch(/^policy_evaluations_total\{decision="forbidden"\} [1-9]/m);
    expect(text).toMatch(/^sync_queue_depth\{kind="client"\} 41$/m);
    expect(text).toMatch(/^sync_push_seconds_count [1-9]/m);
    expect(text).not.toContain(lessonId);
  });
});

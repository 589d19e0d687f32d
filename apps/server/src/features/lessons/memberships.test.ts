import { randomUUID } from "node:crypto";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDevice } from "../../testing/test-device.ts";
import { refusalOf, serverOn, type SignedIn, type TestServer } from "../../testing/test-server.ts";

const notFound = { data: { code: "NOT_FOUND", httpStatus: 404 } };
const forbidden = { data: { code: "FORBIDDEN", httpStatus: 403 } };
const conflict = { data: { code: "CONFLICT", httpStatus: 409 } };

describeOnEveryDatabase("who is in a lesson", (context) => {
  let server: TestServer;
  let host: SignedIn;
  let guest: SignedIn;
  let outsider: SignedIn;
  let lessonId: string;
  beforeAll(async () => {
    server = await serverOn(context);
    [host, guest, outsider] = [
      await server.register("Hope"),
      await server.register("Gus"),
      await server.register("Otto"),
    ];
  });
  beforeEach(async () => {
    const lesson = await host.client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
    lessonId = lesson.id;
    await bringIn(guest, "participant");
  });
  afterAll(() => server.stop());

  const bringIn = async ({ client, session }: SignedIn, role: "host" | "participant" | "viewer") => {
    const { token } = await host.client.lessons.invite.mutate({ lessonId, email: session.user.email, role });
    await client.lessons.acceptInvite.mutate({ token });
  };
  const setRole = (by: SignedIn, of: SignedIn, role: "host" | "participant" | "viewer") =>
    by.client.lessons.setRole.mutate({ lessonId, userId: of.session.user.id, role });
  const remove = (by: SignedIn, of: SignedIn) =>
    by.client.lessons.removeParticipant.mutate({ lessonId, userId: of.session.user.id });
  const rolesNow = async (by: SignedIn) => {
    const { participants } = await by.client.lessons.byId.query({ id: lessonId });
    return Object.fromEntries(participants.map(({ name, role }) => [name, role]));
  };
  const say = (text: string) => ({ name: "chat.send", args: { id: randomUUID(), lessonId, text } });

  it("a host sets a role, devices pull it, and it holds from the next operation on", async () => {
    const device = createTestDevice(guest.client);
    await device.pull();
    const changed = await setRole(host, guest, "viewer");
    expect(changed).toMatchObject({ lessonId, userId: guest.session.user.id, name: "Gus", role: "viewer" });
    await device.pull();
    expect(device.row(changed.id)?.value).toEqual(changed);
    expect((await device.push([say("Still here")])).results).toMatchObject([{ error: { code: "FORBIDDEN" } }]);
    const version = device.row(changed.id)?.version;
    expect(await setRole(host, guest, "viewer")).toEqual(changed);
    expect(await device.pull()).toEqual([]);
    expect(device.row(changed.id)?.version).toBe(version);
    expect(await setRole(host, guest, "participant")).toMatchObject({ role: "participant" });
    expect((await device.push([say("Back")])).results).toMatchObject([{ status: "applied" }]);
  });

  it("I7: nobody but a host sets roles or removes others, and outsiders find nothing", async () => {
    await bringIn(outsider, "viewer");
    expect(await refusalOf(setRole(guest, outsider, "host"))).toMatchObject(forbidden);
    expect(await refusalOf(setRole(guest, guest, "host"))).toMatchObject(forbidden);
    expect(await refusalOf(remove(guest, host))).toMatchObject(forbidden);
    expect(await refusalOf(remove(outsider, guest))).toMatchObject(forbidden);
    await remove(host, outsider);
    for (const call of [
      () => setRole(outsider, guest, "viewer"),
      () => remove(outsider, guest),
      () => remove(outsider, outsider),
    ]) {
      const [refusal, lesson] = [await refusalOf(call()), lessonId];
      lessonId = randomUUID();
      expect(refusal).toMatchObject(notFound);
      expect(refusal).toEqual(await refusalOf(call()));
      lessonId = lesson;
    }
    expect(await rolesNow(host)).toEqual({ Hope: "host", Gus: "participant" });
  });

  it("a host is told of somebody who is not in the lesson", async () => {
    expect(await refusalOf(setRole(host, outsider, "viewer"))).toMatchObject(notFound);
    expect(await refusalOf(remove(host, outsider))).toMatchObject(notFound);
  });

  it("everybody may remove themselves, and their devices purge the lesson", async () => {
    const device = createTestDevice(guest.client);
    await device.pull();
    expect(await remove(guest, guest)).toEqual({ lessonId, userId: guest.session.user.id });
    expect(await device.pull()).toEqual([`lesson:${lessonId}`]);
    expect(device.rows("lesson")).not.toContainEqual(expect.objectContaining({ id: lessonId }));
    const hosts = createTestDevice(host.client);
    await hosts.pull();
    expect(hosts.rows("participant").filter((row) => row["lessonId"] === lessonId)).toMatchObject([{ name: "Hope" }]);
    expect(await refusalOf(remove(guest, guest))).toMatchObject(notFound);
  });

  it("the last host can neither leave nor step down; with another host they can", async () => {
    for (const call of [() => remove(host, host), () => setRole(host, host, "viewer")]) {
      expect(await refusalOf(call())).toMatchObject({ ...conflict, message: expect.stringContaining("last host") });
    }
    await setRole(host, guest, "host");
    expect(await setRole(host, host, "participant")).toMatchObject({ role: "participant" });
    expect(await refusalOf(remove(guest, guest))).toMatchObject(conflict);
    expect(await rolesNow(guest)).toEqual({ Hope: "participant", Gus: "host" });
  });

  it("of two hosts who leave, or remove each other, at once, one stays", async () => {
    for (const call of [(by: SignedIn) => remove(by, by), (by: SignedIn) => remove(by, by === host ? guest : host)]) {
      const lesson = await host.client.lessons.create.mutate({ title: "Duet", startsAt: "2026-12-01T09:00:00Z" });
      lessonId = lesson.id;
      await bringIn(guest, "host");
      const outcomes = await Promise.allSettled([call(host), call(guest)]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const lost = outcomes.findIndex(({ status }) => status === "rejected");
      const refused = outcomes[lost];
      const left = await Promise.all(
        [host, guest].map((person) => person.client.lessons.byId.query({ id: lessonId }).catch(() => undefined)),
      );
      const found = left.flatMap((seen) => (seen === undefined ? [] : seen.participants));
      expect(found).toMatchObject([{ role: "host" }]);
      expect(refused).toMatchObject({ reason: { data: { code: expect.stringMatching(/^(CONFLICT|NOT_FOUND)$/) } } });
    }
  });

  describe("a member's queue that arrives after their removal", () => {
    it("I7: is refused whole, operation by operation, and the next pull purges", async () => {
      const device = createTestDevice(guest.client);
      await device.pull();
      const mine = say("Before");
      await device.push([mine]);
      await remove(host, guest);
      const queue = [
        say("After"),
        { name: "chat.edit", args: { id: mine.args.id, text: "Later" } },
        { name: "chat.delete", args: { id: mine.args.id } },
      ];
      const { results } = await device.push(queue);
      expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
      expect(results).toMatchObject(queue.map(() => ({ error: { code: "NOT_FOUND" } })));
      expect(await device.pull()).toEqual([`lesson:${lessonId}`]);
      expect(await device.pull()).toEqual([]);
    });
  });
});

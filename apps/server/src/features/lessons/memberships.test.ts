import { randomUUID } from "node:crypto";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDevice, type TestDevice } from "../../testing/test-device.ts";
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

  // Again and again: an unfenced policy read was caught in two of three rounds.
  it.each([1, 2, 3, 4])(
    "I7: of a member who is removed while their devices push, nothing commits after it (%i)",
    async () => {
      const devices = Array.from({ length: 4 }, () => createTestDevice(guest.client));
      await Promise.all(devices.map((device) => device.pull()));
      const witness = createTestDevice(host.client);
      await witness.pull();

      const removal = Promise.withResolvers<void>();
      let isRemoved = false;
      let applied = 0;
      const pushUntilRefused = async (device: TestDevice) => {
        for (let round = 0; ; round += 1) {
          const beganAfter = isRemoved;
          const { results } = await device.push(Array.from({ length: 5 }, (_, index) => say(`${round} ${index}`)));
          const good = results.filter(({ status }) => status === "applied").length;
          if (beganAfter) expect(good).toBe(0);
          applied += good;
          if (round === 2) removal.resolve();
          if (good < results.length) return results;
        }
      };
      const pushing = devices.map(pushUntilRefused);
      await removal.promise;
      await remove(host, guest);
      isRemoved = true;
      // What was there when the removal was answered is all that will ever be.
      await witness.pull();
      const messages = () => witness.rows("chatMessage").filter((row) => row["lessonId"] === lessonId).length;
      const atRemoval = messages();
      for (const results of await Promise.all(pushing)) {
        expect(results.at(-1)).toMatchObject({ status: "rejected", error: { code: "NOT_FOUND" } });
      }
      await witness.pull();
      expect(messages()).toBe(atRemoval);
      expect(applied).toBe(atRemoval);
      expect(applied).toBeGreaterThanOrEqual(3 * 5);

      // The change index tells the order of commits: every message stands before the removal.
      const scope = await versionsOf(lessonId);
      expect(Math.max(...scope.messages)).toBeLessThan(scope.removal);
      for (const device of devices) {
        expect(await device.pull()).toEqual([`lesson:${lessonId}`]);
        expect(device.rows("chatMessage").filter((row) => row["lessonId"] === lessonId)).toEqual([]);
      }
    },
  );

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

  /** Versions in the lesson's scope: of its messages, and of the guest's removal. */
  async function versionsOf(lesson: string) {
    const all = await server.server.database.db
      .select({ entity: sql<string>`entity`, version: sql<number>`version::float8`, gone: sql<boolean>`value is null` })
      .from(sql`sync_changes`)
      .where(sql`scope = ${`lesson:${lesson}`}`);
    return {
      messages: all.flatMap(({ entity, version }) => (entity === "chatMessage" ? [version] : [])),
      removal: all.find(({ entity, gone }) => entity === "participant" && gone)?.version ?? 0,
    };
  }
});

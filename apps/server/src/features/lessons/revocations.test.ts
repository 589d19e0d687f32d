import { randomUUID } from "node:crypto";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDevice, type TestDevice } from "../../testing/test-device.ts";
import { serverOn, type SignedIn, type TestServer } from "../../testing/test-server.ts";

const DEVICES = 4;
const BATCH = 5;
/** Batches that one device has sent when the revocation sets out. */
const HEAD_START = 3;

describeOnEveryDatabase("a revocation among its member's pushes", (context) => {
  let server: TestServer;
  let host: SignedIn;
  let guest: SignedIn;
  let lessonId: string;
  let participantId: string;
  beforeAll(async () => {
    server = await serverOn(context);
    [host, guest] = [await server.register("Hope"), await server.register("Gus")];
  });
  beforeEach(async () => {
    const lesson = await host.client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
    lessonId = lesson.id;
    const invitation = { lessonId, email: guest.session.user.email, role: "participant" } as const;
    await guest.client.lessons.acceptInvite.mutate(await host.client.lessons.invite.mutate(invitation));
    const { participants } = await host.client.lessons.byId.query({ id: lessonId });
    participantId = participants.find(({ userId }) => userId === guest.session.user.id)?.id ?? "";
  });
  afterAll(() => server.stop());

  const remove = () => host.client.lessons.removeParticipant.mutate({ lessonId, userId: guest.session.user.id });
  const makeViewer = () =>
    host.client.lessons.setRole.mutate({ lessonId, userId: guest.session.user.id, role: "viewer" });
  const messagesOf = (device: TestDevice) =>
    device.rows("chatMessage").filter((row) => row["lessonId"] === lessonId).length;

  // An unfenced policy read shows in some rounds only; security/policy-engine.test.ts holds that gap open for certain.
  it.each([
    { what: "removed", revoke: remove, code: "NOT_FOUND", round: 1 },
    { what: "removed", revoke: remove, code: "NOT_FOUND", round: 2 },
    { what: "made a viewer", revoke: makeViewer, code: "FORBIDDEN", round: 1 },
    { what: "made a viewer", revoke: makeViewer, code: "FORBIDDEN", round: 2 },
  ])("S9 I7: lets nothing of who is $what commit after it ($round)", async ({ revoke, code }) => {
    const devices = Array.from({ length: DEVICES }, () => createTestDevice(guest.client));
    const witness = createTestDevice(host.client);
    await Promise.all([...devices, witness].map((device) => device.pull()));

    const isUnderWay = Promise.withResolvers<void>();
    let isRevoked = false;
    let applied = 0;
    const pushUntilRefused = async (device: TestDevice) => {
      for (let round = 1; ; round += 1) {
        const beganAfter = isRevoked;
        const { results } = await device.push(Array.from({ length: BATCH }, (_, index) => say(`${round} ${index}`)));
        const good = results.filter(({ status }) => status === "applied").length;
        if (beganAfter) expect(good).toBe(0);
        applied += good;
        if (round === HEAD_START) isUnderWay.resolve();
        if (good < results.length) return results;
      }
    };
    const pushing = devices.map(pushUntilRefused);
    await isUnderWay.promise;
    await revoke();
    isRevoked = true;

    // What was there when the revocation was answered is all that will ever be.
    await witness.pull();
    const atRevocation = messagesOf(witness);
    for (const results of await Promise.all(pushing)) {
      expect(results.at(-1)).toMatchObject({ status: "rejected", error: { code } });
    }
    await witness.pull();
    expect([messagesOf(witness), applied]).toEqual([atRevocation, atRevocation]);
    expect(applied).toBeGreaterThanOrEqual(HEAD_START * BATCH);

    // The change index tells the order of commits: every message stands before the revocation.
    const { messages, revocation } = await versions();
    expect(Math.max(...messages)).toBeLessThan(revocation);
    const isRemoved = code === "NOT_FOUND";
    for (const device of devices) {
      expect(await device.pull()).toEqual(isRemoved ? [`lesson:${lessonId}`] : []);
      expect(messagesOf(device)).toBe(isRemoved ? 0 : atRevocation);
    }
  });

  const say = (text: string) => ({ name: "chat.send", args: { id: randomUUID(), lessonId, text } });

  /** Versions in the lesson's scope: of its messages, and of the member's last change. */
  async function versions() {
    const rows = await server.server.database.db
      .select({ entity: sql<string>`entity`, id: sql<string>`entity_id`, version: sql<number>`version::float8` })
      .from(sql`sync_changes`)
      .where(sql`scope = ${`lesson:${lessonId}`}`);
    return {
      messages: rows.flatMap(({ entity, version }) => (entity === "chatMessage" ? [version] : [])),
      revocation: rows.find(({ id }) => id === participantId)?.version ?? 0,
    };
  }
});

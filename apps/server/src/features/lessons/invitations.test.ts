import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../platform/clock/manual-clock.ts";
import { createTestDevice } from "../../testing/test-device.ts";
import { refusalOf, startTestServer, type Client, type SignedIn, type TestServer } from "../../testing/test-server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const notFound = { data: { code: "NOT_FOUND", httpStatus: 404 } };
const forbidden = { data: { code: "FORBIDDEN", httpStatus: 403 } };

describe("invitations", () => {
  let clock: ManualClock;
  let server: TestServer;
  let host: SignedIn;
  let guest: SignedIn;
  let lessonId: string;
  beforeAll(async () => {
    clock = createManualClock(Date.parse("2026-11-22T10:00:00Z"));
    server = await startTestServer({ clock });
  });
  beforeEach(async () => {
    [host, guest] = [await server.register("Hope"), await server.register("Gus")];
    const lesson = await host.client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
    lessonId = lesson.id;
  });
  afterAll(() => server.stop());

  const inviteGuest = async (role: "host" | "participant" | "viewer" = "participant") =>
    (await host.client.lessons.invite.mutate({ lessonId, email: guest.session.user.email, role })).token;
  const see = (client: Client, token: string) => client.lessons.previewInvite.mutate({ token });
  const accept = (client: Client, token: string) => client.lessons.acceptInvite.mutate({ token });

  it("bring the invited person in with the role they name, and their devices the lesson", async () => {
    const device = createTestDevice(guest.client);
    const hostDevice = createTestDevice(host.client);
    await Promise.all([device.pull(), hostDevice.pull()]);
    const lesson = await accept(guest.client, await inviteGuest("viewer"));
    expect(lesson).toMatchObject({ id: lessonId, title: "Algebra", role: "viewer" });
    await Promise.all([device.pull(), hostDevice.pull()]);
    expect(device.rows("lesson")).toMatchObject([{ id: lessonId }]);
    expect(device.rows("participant")).toHaveLength(2);
    expect(hostDevice.rows("participant")).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "Gus", role: "viewer" })]),
    );
    const { results } = await device.push([
      { name: "chat.send", args: { id: randomUUID(), lessonId, text: "May I?" } },
    ]);
    expect(results).toMatchObject([{ status: "rejected", error: { code: "FORBIDDEN" } }]);
  });

  it("work for their mail address alone, in whatever case it was given", async () => {
    const email = guest.session.user.email.toUpperCase();
    const { token } = await host.client.lessons.invite.mutate({ lessonId, email, role: "participant" });
    const other = await server.register("Otto");
    expect(await refusalOf(accept(other.client, token))).toMatchObject(forbidden);
    expect(await refusalOf(accept(host.client, token))).toMatchObject(forbidden);
    expect(await accept(guest.client, token)).toMatchObject({ id: lessonId });
  });

  it("tell whoever holds the link what it is for and who invites, and nothing else", async () => {
    const token = await inviteGuest();
    const preview = { title: "Algebra", startsAt: "2026-12-01T09:00:00.000000Z", hostName: "Hope" };
    const other = await server.register("Otto");
    for (const client of [server.client(), guest.client, other.client])
      expect(await see(client, token)).toEqual(preview);
    // Looking is not accepting.
    expect(await accept(guest.client, token)).toMatchObject({ id: lessonId });
  });

  it("tell nothing once they let nobody in: unknown, used, too old, or of a host who is one no more", async () => {
    const stranger = server.client();
    const unknown = await refusalOf(see(stranger, randomUUID()));
    expect(unknown).toMatchObject(notFound);
    const [used, old, orphaned] = [await inviteGuest(), await inviteGuest(), await inviteGuest()];
    await accept(guest.client, used);
    expect(await refusalOf(see(stranger, used))).toEqual(unknown);
    expect(await refusalOf(see(guest.client, used))).toEqual(unknown);

    const second = await server.register("Hal");
    const { token: promotion } = await host.client.lessons.invite.mutate({
      lessonId,
      email: second.session.user.email,
      role: "host",
    });
    await accept(second.client, promotion);
    const who = { lessonId, userId: host.session.user.id };
    await second.client.lessons.setRole.mutate({ ...who, role: "participant" });
    expect(await refusalOf(see(stranger, orphaned))).toEqual(unknown);
    await second.client.lessons.setRole.mutate({ ...who, role: "host" });
    expect(await see(stranger, old)).toMatchObject({ title: "Algebra" });
    clock.advance(7 * DAY_MS);
    expect(await refusalOf(see(stranger, old))).toEqual(unknown);
  });

  it("answer the same lesson to the same person again, and let nobody in twice", async () => {
    const token = await inviteGuest();
    const first = await accept(guest.client, token);
    expect(await accept(guest.client, token)).toEqual(first);
    const { id: userId } = guest.session.user;
    await host.client.lessons.removeParticipant.mutate({ lessonId, userId });
    expect(await refusalOf(accept(guest.client, token))).toMatchObject(notFound);
    expect((await guest.client.lessons.list.query()).items).toEqual([]);
  });

  it("are used up by somebody who is in the lesson already, and change no role", async () => {
    const [first, second] = [await inviteGuest("participant"), await inviteGuest("host")];
    await accept(guest.client, first);
    expect(await accept(guest.client, second)).toMatchObject({ role: "participant" });
    await guest.client.lessons.removeParticipant.mutate({ lessonId, userId: guest.session.user.id });
    expect(await refusalOf(accept(guest.client, second))).toMatchObject(notFound);
  });

  it("accepted many times at once make one participant", async () => {
    const token = await inviteGuest();
    const accepted = await Promise.all(Array.from({ length: 8 }, () => accept(guest.client, token)));
    expect(new Set(accepted.map(({ id }) => id))).toEqual(new Set([lessonId]));
    expect((await host.client.lessons.byId.query({ id: lessonId })).participants).toHaveLength(2);
  });

  it("end after seven days", async () => {
    const [early, late] = [await inviteGuest(), await inviteGuest()];
    clock.advance(7 * DAY_MS - 1);
    guest = { ...guest, client: await signInAgain(guest) };
    await accept(guest.client, early);
    await guest.client.lessons.removeParticipant.mutate({ lessonId, userId: guest.session.user.id });
    clock.advance(1);
    expect(await refusalOf(accept(guest.client, late))).toEqual(await refusalOf(accept(guest.client, randomUUID())));
  });

  it("end with their host's being one", async () => {
    const [token, hosts] = [await inviteGuest(), await server.register("Hal")];
    const { token: promotion } = await host.client.lessons.invite.mutate({
      lessonId,
      email: hosts.session.user.email,
      role: "host",
    });
    await accept(hosts.client, promotion);
    await hosts.client.lessons.removeParticipant.mutate({ lessonId, userId: host.session.user.id });
    expect(await refusalOf(accept(guest.client, token))).toMatchObject(notFound);
  });

  it("I7: are made by hosts only; outsiders find no such lesson", async () => {
    await accept(guest.client, await inviteGuest());
    const input = { lessonId, email: "friend@tidemark.test", role: "participant" } as const;
    expect(await refusalOf(guest.client.lessons.invite.mutate(input))).toMatchObject(forbidden);
    const outsider = await server.register("Otto");
    const refusal = await refusalOf(outsider.client.lessons.invite.mutate(input));
    expect(refusal).toMatchObject(notFound);
    const nowhere = { ...input, lessonId: randomUUID() };
    expect(refusal).toEqual(await refusalOf(outsider.client.lessons.invite.mutate(nowhere)));
  });

  it("are kept without their tokens, and are not in the log", async () => {
    const token = await inviteGuest();
    expect(token).toMatch(/^[\w-]{43}$/);
    await see(server.client(), token);
    await accept(guest.client, token);
    const kept = await server.server.database.db.execute(sql`select invitations::text as row from invitations`);
    expect(JSON.stringify(kept)).toContain(guest.session.user.email);
    expect(JSON.stringify(kept)).not.toContain(token);
    expect(server.log()).not.toContain(token);
  });

  /** A week is longer than an access token lasts. */
  async function signInAgain({ session }: SignedIn): Promise<Client> {
    const { accessToken } = await server.client().auth.refresh.mutate({ refreshToken: session.refreshToken });
    return server.client(accessToken);
  }
});

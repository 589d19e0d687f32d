import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDevice } from "../../testing/test-device.ts";
import { refusalOf, serverOn, type SignedIn, type TestServer } from "../../testing/test-server.ts";

/** Races of one kind; each is decided by the order of two commits. */
const RACES = 10;

describeOnEveryDatabase("changing one's own name", (context) => {
  let server: TestServer;
  let host: SignedIn;
  let guest: SignedIn;
  beforeAll(async () => {
    server = await serverOn(context);
    [host, guest] = [await server.register("Hope"), await server.register("Gus")];
  });
  afterAll(() => server.stop());

  const rename = ({ client }: SignedIn, name: string) => client.auth.updateProfile.mutate({ name });
  const createLesson = () => host.client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
  const invite = (lessonId: string) =>
    host.client.lessons.invite.mutate({ lessonId, email: guest.session.user.email, role: "participant" });
  const bringIn = async (lessonId: string) => guest.client.lessons.acceptInvite.mutate(await invite(lessonId));
  const namesIn = (device: ReturnType<typeof createTestDevice>, lessonId: string) =>
    device
      .rows("participant")
      .filter((row) => row["lessonId"] === lessonId)
      .map((row) => String(row["name"]))
      .toSorted();

  it("I6: reaches the devices of everybody in the person's lessons, and no other row changes", async () => {
    const [first, second, without] = [await createLesson(), await createLesson(), await createLesson()];
    await bringIn(first.id);
    await bringIn(second.id);
    const [hosts, own] = [createTestDevice(host.client), createTestDevice(guest.client)];
    await hosts.pull();
    await own.pull();
    const untouched = hosts.row(without.id);
    expect(await rename(guest, "  Augusta ")).toEqual({ ...guest.session.user, name: "Augusta" });
    await hosts.pull();
    await own.pull();
    for (const { id } of [first, second]) {
      expect(namesIn(hosts, id)).toEqual(["Augusta", "Hope"]);
      expect(namesIn(own, id)).toEqual(["Augusta", "Hope"]);
      const { participants } = await host.client.lessons.byId.query({ id });
      for (const participant of participants) expect(hosts.row(participant.id)?.value).toEqual(participant);
    }
    expect(namesIn(hosts, without.id)).toEqual(["Hope"]);
    expect(hosts.row(without.id)).toEqual(untouched);
    expect(await guest.client.auth.me.query()).toMatchObject({ name: "Augusta" });
    const { refreshToken } = guest.session;
    expect((await server.client().auth.refresh.mutate({ refreshToken })).user.name).toBe("Augusta");
  });

  it("records nothing for the name that the person has", async () => {
    const lesson = await createLesson();
    const device = createTestDevice(host.client);
    await device.pull();
    const [row] = device.rows("participant").filter(({ lessonId }) => lessonId === lesson.id);
    const version = device.row(String(row?.["id"]))?.version;
    await rename(host, "Hope");
    await device.pull();
    expect(device.row(String(row?.["id"]))?.version).toBe(version);
  });

  it("works for somebody who is in no lesson, and for nobody else", async () => {
    const loner = await server.register("Otto");
    expect(await rename(loner, "Ottilie")).toMatchObject({ name: "Ottilie" });
    expect(await host.client.auth.me.query()).toMatchObject({ name: "Hope" });
    expect(await refusalOf(server.client().auth.updateProfile.mutate({ name: "Nobody" }))).toMatchObject({
      data: { code: "UNAUTHORIZED", httpStatus: 401 },
    });
  });

  it.each([
    ["no name", { name: "" }],
    ["a name of blanks", { name: " \t " }],
    ["a name of 101 characters", { name: "x".repeat(101) }],
    ["a NUL", { name: "A\0da" }],
    ["half a surrogate pair", { name: "\ud800" }],
    ["another's id", { name: "Ada", id: "019ab5a0-0000-7000-8000-000000000001" }],
    ["a mail address", { name: "Ada", email: "ada@tidemark.test" }],
  ])("refuses %s as 400", async (_what, input) => {
    expect(await refusalOf(guest.client.auth.updateProfile.mutate(input))).toMatchObject({
      data: { code: "BAD_REQUEST", httpStatus: 400 },
    });
  });

  it("I6: devices show the newest name, whatever else changes the person's rows meanwhile", async () => {
    const device = createTestDevice(host.client);
    for (let race = 0; race < RACES; race += 1) {
      const lesson = await createLesson();
      const who = { lessonId: lesson.id, userId: guest.session.user.id };
      const invitation = await invite(lesson.id);
      const joined = `Gus ${race}`;
      await Promise.all([rename(guest, joined), guest.client.lessons.acceptInvite.mutate(invitation)]);
      await device.pull();
      expect(namesIn(device, lesson.id)).toEqual([joined, "Hope"]);
      const changed = `Gus ${race} again`;
      await Promise.all([rename(guest, changed), host.client.lessons.setRole.mutate({ ...who, role: "viewer" })]);
      await device.pull();
      const { participants } = await host.client.lessons.byId.query({ id: lesson.id });
      expect(participants).toContainEqual(expect.objectContaining({ name: changed, role: "viewer" }));
      for (const participant of participants) expect(device.row(participant.id)?.value).toEqual(participant);
    }
  });
});

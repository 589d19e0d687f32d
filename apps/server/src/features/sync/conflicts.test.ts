import { randomUUID } from "node:crypto";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDevice, type TestDevice } from "../../testing/test-device.ts";
import { serverOn, type SignedIn, type TestServer } from "../../testing/test-server.ts";

describeOnEveryDatabase("two devices that changed the same offline", (context) => {
  let server: TestServer;
  let ada: SignedIn;
  let grace: SignedIn;
  let lessonId: string;
  /** Ada's writes first when both come back. */
  let first: TestDevice;
  let second: TestDevice;
  beforeAll(async () => {
    server = await serverOn(context);
    [ada, grace] = [await server.register("Ada"), await server.register("Grace")];
  });
  beforeEach(async () => {
    const lesson = await ada.client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
    lessonId = lesson.id;
    const invitation = { lessonId, email: grace.session.user.email, role: "host" } as const;
    await grace.client.lessons.acceptInvite.mutate(await ada.client.lessons.invite.mutate(invitation));
    [first, second] = [createTestDevice(ada.client), createTestDevice(grace.client)];
    await pullBoth();
  });
  afterAll(() => server.stop());

  const pullBoth = () => Promise.all([first.pull(), second.pull()]);
  const change = (device: TestDevice, fields: object) =>
    device.push([{ name: "lesson.update", args: { id: lessonId, ...fields }, ...baseOf(device, lessonId) }]);
  const baseOf = (device: TestDevice, id: string) => {
    const base = device.row(id)?.version;
    return base === undefined ? {} : { base };
  };
  /** What both devices show of the lesson, which must be the same. */
  const lessonOnBoth = async () => {
    await pullBoth();
    expect(first.row(lessonId)).toEqual(second.row(lessonId));
    return first.row(lessonId)?.value;
  };
  const conflictsOf = (device: TestDevice) => device.rows("conflict").filter((row) => row["entityId"] === lessonId);

  it("S30 S31 I9: end equal over a title, the later one stays, and whoever lost it is told until they dismiss it", async () => {
    await change(first, { title: "Ada's" });
    const { results } = await change(second, { title: "Grace's" });
    expect(results).toMatchObject([{ status: "applied" }]);
    expect(await lessonOnBoth()).toMatchObject({ title: "Grace's" });
    expect(conflictsOf(second)).toEqual([]);
    const by = grace.session.user.id;
    const [told, ...more] = conflictsOf(first);
    expect(told).toMatchObject({ entity: "lesson", field: "title", lost: "Ada's", won: "Grace's", by });
    expect(more).toEqual([]);

    const otherDevice = createTestDevice(ada.client);
    await otherDevice.pull();
    expect(conflictsOf(otherDevice)).toEqual([told]);
    const dismissal = { name: "conflict.dismiss", args: { id: told?.["id"] } };
    expect((await second.push([dismissal])).results).toMatchObject([{ error: { code: "NOT_FOUND" } }]);
    expect((await first.push([dismissal])).results).toMatchObject([{ status: "applied" }]);
    expect((await otherDevice.push([dismissal])).results).toMatchObject([{ status: "applied" }]);
    await Promise.all([first.pull(), otherDevice.pull()]);
    expect([conflictsOf(first), conflictsOf(otherDevice)]).toEqual([[], []]);
  });

  it("I9: end equal over a message, and its author's other device is told what was lost", async () => {
    const id = randomUUID();
    await first.push([{ name: "chat.send", args: { id, lessonId, text: "First" } }]);
    const tablet = createTestDevice(ada.client);
    await Promise.all([first.pull(), tablet.pull()]);
    const edit = (device: TestDevice, text: string) =>
      device.push([{ name: "chat.edit", args: { id, text }, ...baseOf(device, id) }]);
    await edit(first, "From the phone");
    expect((await edit(tablet, "From the tablet")).results).toMatchObject([{ status: "applied" }]);
    await Promise.all([first.pull(), tablet.pull(), second.pull()]);
    expect(first.row(id)).toEqual(tablet.row(id));
    expect(second.row(id)?.value).toMatchObject({ text: "From the tablet" });
    const lost = { entity: "chatMessage", entityId: id, field: "text", lost: "From the phone", won: "From the tablet" };
    expect(first.rows("conflict")).toContainEqual(expect.objectContaining(lost));
    expect(second.rows("conflict")).not.toContainEqual(expect.objectContaining({ entityId: id }));
  });

  it("S30 I9: keep the server's start time, and the later author is told", async () => {
    await change(first, { startsAt: "2026-12-02T09:00:00Z" });
    const { results } = await change(second, { startsAt: "2026-12-03T09:00:00Z", title: "Geometry" });
    const kept = { startsAt: "2026-12-02T09:00:00.000000Z" };
    expect(results).toMatchObject([{ status: "merged", conflict: { strategy: "serverWins", server: kept } }]);
    expect(await lessonOnBoth()).toMatchObject({ ...kept, title: "Geometry" });
    expect(conflictsOf(first)).toEqual([]);
    expect(conflictsOf(second)).toMatchObject([{ field: "startsAt", lost: "2026-12-03T09:00:00.000000Z" }]);
  });

  it("S30 I9: unite their tags, and nobody lost anything", async () => {
    await change(first, { tags: ["maths", "ada"] });
    const { results } = await change(second, { tags: ["maths", "grace"] });
    expect(results).toMatchObject([{ status: "merged", conflict: { strategy: "merge" } }]);
    expect(await lessonOnBoth()).toMatchObject({ tags: ["maths", "ada", "grace"] });
    expect([...conflictsOf(first), ...conflictsOf(second)]).toEqual([]);
  });

  it("refuse more tags than a lesson may have, rather than lose one", async () => {
    const tags = (name: string) => Array.from({ length: 30 }, (_, index) => `${name} ${index}`);
    await change(first, { tags: tags("ada") });
    const { results } = await change(second, { tags: tags("grace") });
    expect(results).toMatchObject([{ status: "rejected", error: { code: "CONFLICT" } }]);
    expect(await lessonOnBoth()).toMatchObject({ tags: tags("ada") });
  });

  it("S30 I9: leave the description to the person who came later, and change nothing of what they sent with it", async () => {
    await change(first, { description: "Ada's" });
    const { results } = await change(second, { description: "Grace's", title: "Geometry" });
    const kept = { description: "Ada's" };
    expect(results).toMatchObject([
      { status: "rejected", error: { code: "CONFLICT" }, conflict: { strategy: "manual", server: kept } },
    ]);
    expect(await lessonOnBoth()).toMatchObject({ description: "Ada's", title: "Algebra" });
    await second.pull();
    expect((await change(second, { description: "Both" })).results).toMatchObject([{ status: "applied" }]);
    expect(await lessonOnBoth()).toMatchObject({ description: "Both" });
  });

  it("do not clash over different fields, over equal values, or with themselves", async () => {
    const before = { ...baseOf(second, lessonId) };
    await change(first, { title: "Geometry", startsAt: "2026-12-02T09:00:00Z" });
    expect((await change(second, { startsAt: "2026-12-02T09:00:00.000Z" })).results).toMatchObject([
      { status: "applied" },
    ]);
    const steps = ["One", "Two"].map((description) => ({
      name: "lesson.update",
      args: { id: lessonId, description },
      ...before,
    }));
    expect((await second.push(steps)).results).toMatchObject([{ status: "applied" }, { status: "applied" }]);
    expect(await lessonOnBoth()).toMatchObject({ title: "Geometry", description: "Two" });
    expect([...conflictsOf(first), ...conflictsOf(second)]).toEqual([]);
  });

  it("lose to a call made directly meanwhile as to any other device", async () => {
    await ada.client.lessons.update.mutate({ id: lessonId, description: "Called" });
    expect((await change(second, { description: "Queued" })).results).toMatchObject([{ status: "rejected" }]);
    expect(await lessonOnBoth()).toMatchObject({ description: "Called" });
  });
});

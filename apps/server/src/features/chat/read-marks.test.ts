import { randomUUID } from "node:crypto";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDevice } from "../../testing/test-device.ts";
import { refusalOf, serverOn, type SignedIn, type TestServer } from "../../testing/test-server.ts";

describeOnEveryDatabase("how far a person has read", (context) => {
  let server: TestServer;
  let host: SignedIn;
  let viewer: SignedIn;
  let lessonId: string;
  beforeAll(async () => {
    server = await serverOn(context);
    [host, viewer] = [await server.register("Hope"), await server.register("Vera")];
  });
  beforeEach(async () => {
    const lesson = await host.client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
    lessonId = lesson.id;
    const { token } = await host.client.lessons.invite.mutate({
      lessonId,
      email: viewer.session.user.email,
      role: "viewer",
    });
    await viewer.client.lessons.acceptInvite.mutate({ token });
  });
  afterAll(() => server.stop());

  const send = (text = "Hello") => host.client.chat.send.mutate({ id: randomUUID(), lessonId, text });
  const markRead = (upTo: string, by = viewer) => by.client.chat.markRead.mutate({ lessonId, upTo });

  it("answers a viewer's mark, which every device of theirs pulls and nobody else's", async () => {
    const message = await send();
    const mark = await markRead(message.id);
    const userId = viewer.session.user.id;
    expect(mark).toEqual({ id: expect.any(String), userId, lessonId, upTo: message.id, upToAt: message.createdAt });
    const [own, others] = [createTestDevice(viewer.client), createTestDevice(host.client)];
    await Promise.all([own.pull(), others.pull()]);
    expect(own.row(mark.id)).toMatchObject({ scope: `user:${userId}`, entity: "readMark", value: mark });
    expect(others.rows("readMark")).toEqual([]);
  });

  it("only ever grows, in whatever order two devices tell", async () => {
    const [first, second] = [await send(), await send()];
    const [phone, laptop] = [createTestDevice(viewer.client), createTestDevice(viewer.client)];
    const step = (upTo: string) => [{ name: "chat.markRead", args: { lessonId, upTo } }];
    expect((await phone.push(step(second.id))).results).toMatchObject([{ status: "applied" }]);
    expect((await laptop.push(step(first.id))).results).toMatchObject([{ status: "applied" }]);
    expect(await markRead(first.id)).toMatchObject({ upTo: second.id });
    await laptop.pull();
    const marks = laptop.rows("readMark").filter((mark) => mark["lessonId"] === lessonId);
    expect(marks).toMatchObject([{ upTo: second.id }]);
  });

  it("takes a time instead of a message, and leaves what comes later unread", async () => {
    const { createdAt } = await send();
    expect(await markRead(createdAt)).toMatchObject({ upTo: createdAt, upToAt: createdAt });
    const ahead = await markRead("2199-01-01T00:00:00Z");
    const later = await send();
    expect(ahead.upToAt < later.createdAt).toBe(true);
    expect(await markRead(later.id)).toMatchObject({ upTo: later.id });
  });

  it("I3: a mark may name a message that the same device sends before it, and one that was deleted", async () => {
    const id = randomUUID();
    const device = createTestDevice(host.client);
    const { results } = await device.push([
      { name: "chat.send", args: { id, lessonId, text: "Mine" } },
      { name: "chat.markRead", args: { lessonId, upTo: id } },
      { name: "chat.delete", args: { id } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(["applied", "applied", "applied"]);
    expect(await markRead(id)).toMatchObject({ upTo: id });
  });

  it("refuses a message of another lesson, and whatever is neither an id nor a time", async () => {
    const other = await host.client.lessons.create.mutate({ title: "Biology", startsAt: "2026-12-01T09:00:00Z" });
    const { id } = await host.client.chat.send.mutate({ id: randomUUID(), lessonId: other.id, text: "There" });
    for (const absent of [id, randomUUID()]) {
      expect(await refusalOf(markRead(absent))).toMatchObject({ data: { code: "NOT_FOUND", httpStatus: 404 } });
    }
    for (const wrong of ["", "yesterday", "2026-11-22", "42"]) {
      expect(await refusalOf(markRead(wrong))).toMatchObject({ data: { code: "BAD_REQUEST" } });
    }
  });
});

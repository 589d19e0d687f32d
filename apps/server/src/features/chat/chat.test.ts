import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  demoSchool,
  refusalOf,
  startTestServer,
  type Client,
  type DemoPerson,
  type TestServer,
} from "../../testing/test-server.ts";

const lessonId = demoSchool.lessonId;
const nowhere = randomUUID();

describe("chat, called directly", () => {
  let server: TestServer;
  let as: Record<DemoPerson, Client>;
  beforeAll(async () => {
    server = await startTestServer();
    const clientOf = async (person: DemoPerson) => (await server.signIn(person)).client;
    const [tutor, student, student2, outsider] = await Promise.all(
      (["tutor", "student", "student2", "outsider"] as const).map(clientOf),
    );
    as = { tutor, student, student2, outsider } as Record<DemoPerson, Client>;
  });
  afterAll(() => server.stop());

  const send = (client: Client, message: object = {}) =>
    client.chat.send.mutate({ id: randomUUID(), lessonId, text: "Hello", ...message });

  it("answers the row it made, and the same row for the same id and content", async () => {
    const id = randomUUID();
    const first = await send(as.student, { id, text: "Once" });
    expect(first).toMatchObject({ id, lessonId, text: "Once", editedAt: null });
    expect(first.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(await send(as.student, { id, text: "Once" })).toEqual(first);
  });

  it("answers the row as it is now for what was sent first, however often it was edited since", async () => {
    const id = randomUUID();
    await send(as.student, { id, text: "First" });
    await as.student.chat.edit.mutate({ id, text: "Second" });
    const edited = await as.student.chat.edit.mutate({ id, text: "Third" });
    expect(await send(as.student, { id, text: "First" })).toEqual(edited);
    for (const text of ["Second", "Third"]) {
      expect(await refusalOf(send(as.student, { id, text }))).toMatchObject({ data: { code: "CONFLICT" } });
    }
    await as.student.chat.edit.mutate({ id, text: "First" });
    expect(await send(as.student, { id, text: "First" })).toMatchObject({ text: "First" });
  });

  it("answers 409 for a used id with other content, another author or after a deletion", async () => {
    const conflict = { data: { code: "CONFLICT", httpStatus: 409 } };
    const { id } = await send(as.student, { text: "Mine" });
    expect(await refusalOf(send(as.student, { id, text: "Changed" }))).toMatchObject(conflict);
    expect(await refusalOf(send(as.tutor, { id, text: "Mine" }))).toMatchObject(conflict);
    await as.student.chat.delete.mutate({ id });
    expect(await refusalOf(send(as.student, { id, text: "Mine" }))).toMatchObject(conflict);
  });

  it("edits and deletes by the author, and again without a further effect", async () => {
    const { id } = await send(as.student);
    const edited = await as.student.chat.edit.mutate({ id, text: "Better" });
    expect(edited.editedAt).not.toBeNull();
    expect(await as.student.chat.edit.mutate({ id, text: "Better" })).toEqual(edited);
    expect(await as.student.chat.delete.mutate({ id })).toEqual({ id });
    expect(await as.student.chat.delete.mutate({ id })).toEqual({ id });
    expect(await refusalOf(as.student.chat.edit.mutate({ id, text: "Back" }))).toMatchObject({
      data: { code: "NOT_FOUND" },
    });
  });

  it("forbids a viewer to write and everybody to change another's message", async () => {
    const forbidden = { data: { code: "FORBIDDEN", httpStatus: 403 } };
    const { id } = await send(as.student);
    expect(await refusalOf(send(as.student2))).toMatchObject(forbidden);
    expect(await refusalOf(as.tutor.chat.edit.mutate({ id, text: "Mine now" }))).toMatchObject(forbidden);
    expect(await refusalOf(as.tutor.chat.delete.mutate({ id }))).toMatchObject(forbidden);
    expect(await refusalOf(as.student2.chat.delete.mutate({ id }))).toMatchObject(forbidden);
  });

  it("I7: answers outside the lesson exactly as for what does not exist", async () => {
    const { id } = await send(as.student);
    const { chat, lessons } = as.outsider;
    const calls: readonly (readonly [(id: string) => Promise<unknown>, string])[] = [
      [(of) => send(as.outsider, { lessonId: of }), lessonId],
      [(of) => chat.edit.mutate({ id: of, text: "x" }), id],
      [(of) => chat.delete.mutate({ id: of }), id],
      [(of) => chat.markRead.mutate({ lessonId: of, upTo: id }), lessonId],
      [(of) => chat.history.query({ lessonId: of }), lessonId],
      [(of) => lessons.byId.query({ id: of }), lessonId],
    ];
    for (const [call, foreign] of calls) {
      const refusal = await refusalOf(call(foreign));
      expect(refusal).toMatchObject({ data: { code: "NOT_FOUND", httpStatus: 404 } });
      expect(refusal).toEqual(await refusalOf(call(nowhere)));
    }
  });

  it.each([
    ["an empty text", { text: "" }],
    ["a text that is too long", { text: "x".repeat(10_001) }],
    ["a NUL", { text: "a\0b" }],
    ["half a surrogate pair", { text: "\ud800" }],
    ["an id that is none", { id: "1" }],
    ["a field that the contract does not know", { admin: true }],
  ])("refuses %s as 400", async (_what, change) => {
    expect(await refusalOf(send(as.student, change))).toMatchObject({ data: { code: "BAD_REQUEST", httpStatus: 400 } });
  });

  it("pages through history, newest first, each message once", async () => {
    for (let index = 0; index < 7; index += 1) await send(as.tutor, { text: `Page ${index}` });
    const whole = await as.student2.chat.history.query({ lessonId, limit: 100 });
    expect(whole.nextCursor).toBeNull();
    expect(whole.items.map(({ createdAt }) => createdAt)).toEqual(
      whole.items
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
    const paged: typeof whole.items = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await as.student2.chat.history.query({ lessonId, limit: 3, ...(cursor && { cursor }) });
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole.items);
  });

  it("refuses a forged cursor, one of another person and one of another lesson", async () => {
    const { nextCursor } = await as.tutor.chat.history.query({ lessonId, limit: 1 });
    const cursor = nextCursor ?? "";
    const forged = `${Buffer.from('{"createdAt":"9999-01-01T00:00:00Z"}').toString("base64url")}.${cursor.split(".")[1] ?? ""}`;
    const refused = { data: { code: "INVALID_CURSOR", httpStatus: 400 } };
    for (const wrong of [forged, "x", "a.b.c"]) {
      expect(await refusalOf(as.tutor.chat.history.query({ lessonId, cursor: wrong }))).toMatchObject(refused);
    }
    expect(await refusalOf(as.student.chat.history.query({ lessonId, cursor }))).toMatchObject(refused);
    expect(await refusalOf(as.tutor.chat.history.query({ lessonId: nowhere, cursor }))).toMatchObject(refused);
  });

  it("lists a person's lessons with their role, and who is in one", async () => {
    expect(await as.student2.lessons.list.query()).toMatchObject({
      items: [{ id: lessonId, title: "Demo lesson", role: "viewer" }],
      nextCursor: null,
    });
    expect(await as.outsider.lessons.list.query()).toEqual({ items: [], nextCursor: null });
    const { participants, role } = await as.tutor.lessons.byId.query({ id: lessonId });
    expect(role).toBe("host");
    expect(participants.map((participant) => participant.role).toSorted()).toEqual(["host", "participant", "viewer"]);
  });

  it("writes no message text to the log", async () => {
    await send(as.student, { text: "between you and me" });
    expect(server.log()).toContain("chat.send");
    expect(server.log()).not.toContain("between you and me");
  });
});

import type { QueuedOperation } from "@tidemark/sync-client";
import { expect, test } from "vitest";
import { unsentMessages } from "./unsent-rows.ts";

const lesson = { lessonId: "lesson", authorId: "student" };
const queued = (seq: number, name: string, args: unknown): QueuedOperation => ({
  seq,
  id: `operation-${seq}`,
  name,
  args,
  at: `2026-11-22T10:00:0${seq}.000Z`,
  state: "queued",
});
const send = (seq: number, id: string) => queued(seq, "chat.send", { id, lessonId: "lesson", text: `text of ${id}` });

test("a queued message has the place and the words that the queue gives it", () => {
  const unsent = unsentMessages([send(3, "m")], lesson);
  expect(unsent.get("m")).toMatchObject({ seq: 3, row: { text: "text of m", authorId: "student", $state: "pending" } });
});

test("a queued edit changes the words and not the place", () => {
  const unsent = unsentMessages(
    [send(1, "m"), send(2, "n"), queued(3, "chat.edit", { id: "m", text: "better" })],
    lesson,
  );
  expect(unsent.get("m")).toMatchObject({ seq: 1, row: { text: "better", editedAt: "2026-11-22T10:00:03.000Z" } });
});

test("a message deleted before it was sent is not shown", () => {
  expect(unsentMessages([send(1, "m"), queued(2, "chat.delete", { id: "m" })], lesson).size).toBe(0);
});

test("an edit of a message that the server has leaves that message where it is", () => {
  expect(unsentMessages([queued(1, "chat.edit", { id: "old", text: "new words" })], lesson).size).toBe(0);
});

test("messages of another lesson are not this room's", () => {
  expect(unsentMessages([send(1, "m")], { ...lesson, lessonId: "another" }).size).toBe(0);
});

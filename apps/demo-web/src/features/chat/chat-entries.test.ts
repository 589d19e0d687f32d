import { expect, test } from "vitest";
import { groupRows, orderRows } from "./chat-entries.ts";
import type { ChatRow } from "./chat-row.ts";

const row = (id: string, createdAt: string, authorId = "tutor"): ChatRow => ({
  id,
  lessonId: "lesson",
  authorId,
  text: id,
  createdAt,
  editedAt: null,
  $state: "synced",
});
const unsent = (seq: number, of: ChatRow) => [of.id, { seq, row: { ...of, $state: "pending" as const } }] as const;
const ids = (rows: readonly ChatRow[]) => rows.map(({ id }) => id);

test("messages of the server stand by its time, to the microsecond", () => {
  const later = row("b", "2026-11-22T10:00:00.000002Z");
  const earlier = row("a", "2026-11-22T10:00:00.000001Z");
  expect(ids(orderRows([later, earlier], new Map()))).toEqual(["a", "b"]);
});

test("I9: unsent messages come last in the order they were written, however wrong the device's clock is", () => {
  const fromServer = row("server", "2026-11-22T10:00:00.000000Z");
  const first = row("first", "2026-11-22T03:00:00.000Z", "student");
  const second = row("second", "2026-11-22T02:00:00.000Z", "student");
  const queue = new Map([unsent(7, first), unsent(8, second)]);
  expect(ids(orderRows([fromServer, second, first], queue))).toEqual(["server", "first", "second"]);
});

test("an unsent message that a slow clock pushed out of the newest fifty is shown all the same", () => {
  const queue = new Map([unsent(1, row("mine", "2020-01-01T00:00:00.000Z", "student"))]);
  const shown = orderRows([row("server", "2026-11-22T10:00:00.000000Z")], queue);
  expect(shown.at(-1)).toMatchObject({ id: "mine", $state: "pending" });
});

test("an author's messages within five minutes stand under one name", () => {
  const entries = groupRows([
    row("a", "2026-11-22T10:00:00Z"),
    row("b", "2026-11-22T10:04:00Z"),
    row("c", "2026-11-22T10:10:00Z"),
    row("d", "2026-11-22T10:11:00Z", "student"),
  ]);
  const starts = entries.flatMap((entry) => (entry.kind === "message" && entry.startsGroup ? [entry.key] : []));
  expect(starts).toEqual(["a", "c", "d"]);
});

test("each day has one divider, before its first message", () => {
  const entries = groupRows([
    row("a", "2026-11-20T12:00:00Z"),
    row("b", "2026-11-20T12:01:00Z"),
    row("c", "2026-11-22T12:00:00Z"),
  ]);
  expect(entries.map(({ kind }) => kind)).toEqual(["day", "message", "message", "day", "message"]);
});

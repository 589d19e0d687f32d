import { expect, test } from "vitest";
import { createGrouping, orderRows } from "./chat-entries.ts";
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

test("with nothing unsent the rows stay as they come: by the server's time, as the index has them", () => {
  const rows = [row("a", "2026-11-22T10:00:00.000001Z"), row("b", "2026-11-22T10:00:00.000002Z")];
  expect(orderRows(rows, new Map())).toBe(rows);
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

const group = (rows: readonly ChatRow[], firstUnreadId?: string) => createGrouping()(rows, firstUnreadId);
const idsOf = (entries: ReturnType<typeof group>, flag: "startsDay" | "startsGroup" | "startsUnread") =>
  entries.filter((entry) => entry[flag]).map((entry) => entry.row.id);

test("an author's messages within five minutes stand under one name", () => {
  const entries = group([
    row("a", "2026-11-22T10:00:00Z"),
    row("b", "2026-11-22T10:04:00Z"),
    row("c", "2026-11-22T10:10:00Z"),
    row("d", "2026-11-22T10:11:00Z", "student"),
  ]);
  expect(idsOf(entries, "startsGroup")).toEqual(["a", "c", "d"]);
});

test("each day has one divider, above its first message", () => {
  const entries = group([
    row("a", "2026-11-20T12:00:00Z"),
    row("b", "2026-11-20T12:01:00Z"),
    row("c", "2026-11-22T12:00:00Z"),
  ]);
  expect(idsOf(entries, "startsDay")).toEqual(["a", "c"]);
});

test("under the unread divider the author is named again", () => {
  const entries = group([row("a", "2026-11-22T12:00:00Z"), row("b", "2026-11-22T12:00:01Z")], "b");
  expect(idsOf(entries, "startsUnread")).toEqual(["b"]);
  expect(idsOf(entries, "startsGroup")).toEqual(["a", "b"]);
});

test("what stands where it stood keeps its entry, so that only what changed is drawn again", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id, second) => row(id, `2026-11-22T10:00:0${second}Z`)) as [
    ChatRow,
    ChatRow,
    ChatRow,
    ChatRow,
  ];
  const grouping = createGrouping();
  const before = grouping([b, c], undefined);
  const after = grouping([a, b, c, d], undefined);
  expect(after[2]).toBe(before[1]);
  // Another row stands above it now.
  expect(after[1]).not.toBe(before[0]);
  expect(grouping([a, b, c, d], "c")[2]).not.toBe(after[2]);
  expect(grouping([a, b, { ...c, text: "edited" }, d], undefined)[0]).toBe(after[0]);
});

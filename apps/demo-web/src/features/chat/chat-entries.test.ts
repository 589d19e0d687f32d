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

test("of messages that wait one below another the last says since when the first of them does", () => {
  const waiting = (id: string, createdAt: string): ChatRow => ({ ...row(id, createdAt), $state: "pending" });
  const marks = (rows: readonly ChatRow[]) => group(rows).map(({ waitsSince }) => waitsSince?.slice(11, 16) ?? "");
  const [a, b, c] = [
    waiting("a", "2026-11-22T10:00:00Z"),
    waiting("b", "2026-11-22T10:01:00Z"),
    waiting("c", "2026-11-22T10:02:00Z"),
  ];
  expect(marks([a, b, c])).toEqual(["", "", "10:00"]);
  expect(marks([a, { ...b, $state: "rejected" }, c])).toEqual(["10:00", "", "10:02"]);
  expect(marks([row("synced", "2026-11-22T09:59:00Z"), a, b])).toEqual(["", "", "10:00"]);
  // Under a name of its own.
  expect(marks([a, waiting("later", "2026-11-22T10:09:00Z")])).toEqual(["10:00", "10:09"]);
  // An edited message has waited since it was edited.
  expect(marks([{ ...a, editedAt: "2026-11-22T11:00:00Z" }])).toEqual(["11:00"]);
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
  // What waits below it is sent.
  const [first, second]: ChatRow[] = [
    { ...c, $state: "pending" },
    { ...d, $state: "pending" },
  ];
  if (first === undefined || second === undefined) throw new Error("There are two.");
  const [, waits] = grouping([b, first, second], undefined);
  expect(grouping([b, first, d], undefined)[1]).not.toBe(waits);
});

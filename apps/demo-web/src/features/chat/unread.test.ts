import { expect, test } from "vitest";
import type { ChatRow } from "./chat-row.ts";
import { findUnread, newestPlace, NOTHING_READ, placeOf, readBySeeing } from "./unread.ts";

const row = (second: number, authorId: string, $state: ChatRow["$state"] = "synced"): ChatRow => ({
  id: `message-${second}`,
  lessonId: "lesson",
  authorId,
  text: "",
  createdAt: `2026-11-22T10:00:${String(second).padStart(2, "0")}.000000Z`,
  editedAt: null,
  $state,
});
const [first, mine, third, fourth, unsent] = [
  row(1, "tutor"),
  row(2, "me"),
  row(3, "tutor"),
  row(4, "other"),
  row(0, "me", "pending"),
];
/** In reading order: what is not sent stands last, whatever its clock says. */
const ordered = [first, mine, third, fourth, unsent];
const seeing = (top: number, bottom: number, mark = placeOf(first)) =>
  readBySeeing(ordered, { view: { top, bottom }, mark, userId: "me" });

test("others' messages behind the mark are unread, one's own never", () => {
  expect(findUnread(ordered, placeOf(first), "me")).toEqual({ count: 2, firstIndex: 2 });
  expect(findUnread(ordered, placeOf(fourth), "me")).toEqual({ count: 0, firstIndex: -1 });
  expect(findUnread(ordered, NOTHING_READ, "me")).toEqual({ count: 3, firstIndex: 0 });
});

test("who sees the first unread message has read as far as they see", () => {
  expect(seeing(0, 2)).toEqual(placeOf(third));
  expect(seeing(2, 4)).toEqual(placeOf(fourth));
  expect(seeing(0, 4, NOTHING_READ)).toEqual(placeOf(fourth));
});

test("what lies above or below the screen is not read by what is on it", () => {
  expect(seeing(3, 4)).toBeUndefined();
  expect(seeing(0, 1)).toBeUndefined();
});

test("nothing new is read where everything was, or where only one's own words are new", () => {
  expect(seeing(0, 4, placeOf(fourth))).toBeUndefined();
  expect(newestPlace([mine, unsent], "me")).toBeUndefined();
  expect(newestPlace(ordered, "me")).toEqual(placeOf(fourth));
});

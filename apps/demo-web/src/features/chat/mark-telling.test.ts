import type { ReadPosition } from "@tidemark/api/contracts";
import { expect, test } from "vitest";
import { aheadOf, leftToTell, nextTelling, startTelling, type MarkEvent } from "./mark-telling.ts";

const place = (minute: number): ReadPosition => ({
  upTo: `019ab5a0-0000-7000-8000-0000000000${String(minute).padStart(2, "0")}`,
  upToAt: `2026-11-30T04:${String(minute).padStart(2, "0")}:00.000000Z`,
});
const after = (...events: readonly MarkEvent[]) => events.reduce(nextTelling, startTelling(undefined));
const seen = (minute: number) => ({ type: "seen", place: place(minute) }) as const;

test("what was seen only ever moves on", () => {
  expect(after(seen(5), seen(3)).seen).toEqual(place(5));
  expect(after(seen(3), seen(5)).seen).toEqual(place(5));
});

test("what another device has read further is neither kept nor told", () => {
  const telling = after(seen(5));
  expect(aheadOf(telling, place(6))).toBeUndefined();
  expect(leftToTell(telling, place(6))).toBeUndefined();
  expect(leftToTell(telling, undefined)).toEqual(place(5));
});

test("what the server was told is kept until its row is here, and not told again", () => {
  const telling = after(seen(5), { type: "told", place: place(5) });
  expect(aheadOf(telling, place(2))).toEqual(place(5));
  expect(leftToTell(telling, place(2))).toBeUndefined();
  expect(aheadOf(telling, place(5))).toBeUndefined();
});

test("what was read while the server was being told is left to tell", () => {
  const telling = after(seen(5), seen(7), { type: "told", place: place(5) });
  expect(leftToTell(telling, place(2))).toEqual(place(7));
});

test("a refused place is given up and not tried again; a later one is", () => {
  const refused = after(seen(5), { type: "refused", place: place(5) }, seen(5));
  expect(aheadOf(refused, place(2))).toBeUndefined();
  expect(leftToTell(nextTelling(refused, seen(6)), place(2))).toEqual(place(6));
});

test("a call without an answer loses nothing, and an answer ends the counting", () => {
  const failed = after(seen(5), { type: "failed" }, { type: "failed" });
  expect([leftToTell(failed, undefined), failed.failures]).toEqual([place(5), 2]);
  expect(nextTelling(failed, { type: "told", place: place(5) }).failures).toBe(0);
});

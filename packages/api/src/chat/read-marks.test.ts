import { expect, test } from "vitest";
import { isFurther, isRead, type ReadPosition } from "./read-marks.ts";

const EARLY = "2026-11-22T10:00:00.000001Z";
const LATE = "2026-11-22T10:00:00.000002Z";
const [LOW_ID, HIGH_ID] = ["0a000000-0000-4000-8000-000000000000", "f0000000-0000-4000-8000-000000000000"];
/** Every kind of place, each further than the one before. */
const places: readonly ReadPosition[] = [
  { upToAt: EARLY, upTo: LOW_ID },
  { upToAt: EARLY, upTo: HIGH_ID },
  { upToAt: EARLY, upTo: EARLY },
  { upToAt: LATE, upTo: LOW_ID },
  { upToAt: LATE, upTo: HIGH_ID },
  { upToAt: LATE, upTo: LATE },
];

test("I9: places have one total order, at equal times too, so marks grow alike on every device", () => {
  for (const [index, place] of places.entries()) {
    for (const [other, current] of places.entries()) expect(isFurther(place, current)).toBe(index > other);
  }
});

test("a message is read when it stands at or before the mark, by time and then by id", () => {
  const readAt = (mark: ReadPosition) =>
    [EARLY, LATE].flatMap((createdAt) => [LOW_ID, HIGH_ID].map((id) => isRead({ createdAt, id }, mark)));
  expect(places.map(readAt)).toEqual([
    [true, false, false, false],
    [true, true, false, false],
    [true, true, false, false],
    [true, true, true, false],
    [true, true, true, true],
    [true, true, true, true],
  ]);
});

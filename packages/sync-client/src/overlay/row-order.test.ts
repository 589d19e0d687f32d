import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRows, compareValues, lowerBound } from "./row-order.ts";

const ASCENDING = [null, false, true, -1, 0, 2.5, "", "A", "Z", "a", "ä"] as const;
const values = fc.oneof(fc.constantFrom<unknown>(undefined, ...ASCENDING), fc.string(), fc.double({ noNaN: true }));

describe("the order of rows", () => {
  it("C7: absent values come first, then truth values, numbers and text", () => {
    for (const [position, left] of ASCENDING.entries()) {
      for (const [other, right] of ASCENDING.entries()) {
        expect(Math.sign(compareValues(left, right))).toBe(Math.sign(position - other));
      }
    }
    expect(compareValues(undefined, null)).toBe(0);
  });

  it("C7: is total, whatever the values are", () => {
    fc.assert(
      fc.property(values, values, values, (one, two, three) => {
        const sign = (left: unknown, right: unknown) => Math.sign(compareValues(left, right));
        expect(sign(one, two) + sign(two, one)).toBe(0);
        if (sign(one, two) <= 0 && sign(two, three) <= 0) expect(sign(one, three)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("C7: rows that are equal by the index are sorted by their id", () => {
    const row = (id: string, at: number) => ({ id, at });
    const sorted = [row("a", 2), row("c", 1), row("b", 1)].sort((left, right) => compareRows(["at"], left, right));
    expect(sorted.map(({ id }) => id)).toEqual(["b", "c", "a"]);
  });

  it("C7: the first position that is reached is found, as by looking at each", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 0, max: 10 }), (numbers, bound) => {
        const sorted = numbers.toSorted((left, right) => left - right);
        const found = sorted.findIndex((number) => number >= bound);
        expect(lowerBound(sorted, (number) => number >= bound)).toBe(found < 0 ? sorted.length : found);
      }),
    );
  });
});

import type { Row } from "../contract.ts";

/** Absent values first, then numbers, then text by code unit: a total order, the same on every device. */
export function compareValues(left: unknown, right: unknown): number {
  const rank = rankOf(left) - rankOf(right);
  if (rank !== 0) return rank;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  return Number(left ?? 0) - Number(right ?? 0);
}

function rankOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "boolean") return 1;
  if (typeof value === "number") return 2;
  return 3;
}

/** By the index's fields, then by id, so that no two rows are equal. */
export function compareRows(fields: readonly string[], left: Row, right: Row): number {
  for (const field of fields) {
    const order = compareValues(left[field], right[field]);
    if (order !== 0) return order;
  }
  return compareValues(left.id, right.id);
}

/** The first position in `sorted` for which `isReached` holds; it must hold for all that follow. */
export function lowerBound<Item>(sorted: readonly Item[], isReached: (item: Item) => boolean): number {
  let low = 0;
  let high = sorted.length;
  // The rule when a queue is opened: each comes after all before it.
  const last = sorted[high - 1];
  if (last === undefined || !isReached(last)) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && isReached(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

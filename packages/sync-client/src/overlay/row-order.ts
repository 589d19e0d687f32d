import type { Row } from "../contract.ts";

/** Absent values first, then truth values, numbers, and text by code unit: a total order, the same on every device. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left !== typeof right) return RANKS.indexOf(typeof left) - RANKS.indexOf(typeof right);
  return (left as string) < (right as string) ? -1 : Number((left as string) > (right as string));
}

/** Whatever else stands in an index counts as absent. */
const RANKS = ["boolean", "number", "string"];

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
    if (isReached(sorted[middle] as Item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

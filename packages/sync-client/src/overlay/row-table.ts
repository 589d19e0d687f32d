import { getOrCreate } from "../map-entry.ts";
import { compareRows, lowerBound } from "./row-order.ts";
import { UNTOUCHED, type RowSlot, type ShownRow } from "./row-slot.ts";

/** What became of one row: `before` and `after` are absent where it was or is not shown. */
export interface ShownChange {
  readonly before: ShownRow | undefined;
  readonly after: ShownRow | undefined;
}

/** All rows of one entity, with the indexes that queries have asked for so far. */
export interface RowTable {
  /** The row's slot, made where it has none. */
  slot(id: string): RowSlot;
  slots(): Iterable<RowSlot>;
  /** Forgets a slot with nothing in it. */
  drop(id: string): void;
  /** Call it after the slots have changed. */
  change(changes: readonly ShownChange[]): void;
  /** All rows, sorted by these fields and then by id. Do not keep it: it changes in place. */
  sortedBy(fields: readonly string[]): readonly ShownRow[];
}

interface SortedIndex {
  readonly fields: readonly string[];
  readonly rows: ShownRow[];
}

export function createRowTable(entity: string): RowTable {
  const slots = new Map<string, RowSlot>();
  const indexes = new Map<string, SortedIndex>();

  return {
    slot: (id) =>
      getOrCreate(slots, id, () => {
        return { entity, id, pulled: undefined, scope: "", version: 0, touching: UNTOUCHED, shown: undefined };
      }),
    slots: () => slots.values(),
    drop: (id) => void slots.delete(id),
    change(changes) {
      // Moving entries one by one costs O(rows) each; sorting anew is cheaper once many have moved.
      if (changes.length > 16 + slots.size / 8) indexes.clear();
      for (const index of indexes.values()) for (const change of changes) moveEntry(index, change);
    },
    sortedBy: (fields) =>
      getOrCreate(indexes, fields.join(), () => {
        const rows = [...slots.values()].flatMap(({ shown }) => shown ?? []);
        return { fields, rows: rows.sort((left, right) => compareRows(fields, left, right)) };
      }).rows,
  };
}

function moveEntry({ fields, rows }: SortedIndex, { before, after }: ShownChange): void {
  const positionOf = (row: ShownRow) => lowerBound(rows, (other) => compareRows(fields, other, row) >= 0);
  if (before && after && compareRows(fields, before, after) === 0) {
    rows[positionOf(after)] = after;
    return;
  }
  if (before) rows.splice(positionOf(before), 1);
  if (after) rows.splice(positionOf(after), 0, after);
}

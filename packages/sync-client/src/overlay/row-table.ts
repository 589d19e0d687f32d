import type { Row } from "../contract.ts";
import { getOrCreate } from "../map-entry.ts";
import type { RowState } from "../sync.ts";
import { compareRows, lowerBound } from "./row-order.ts";

/** A row as it is shown: never changed, only replaced. */
export type ShownRow = Row & { readonly $state: RowState };

/** What became of one row: `before` and `after` are absent where it was or is not shown. */
export interface ShownChange {
  readonly before: ShownRow | undefined;
  readonly after: ShownRow | undefined;
}

/** All shown rows of one entity, with the indexes that queries have asked for so far. */
export interface RowTable {
  get(id: string): ShownRow | undefined;
  change(changes: readonly ShownChange[]): void;
  /** All rows, sorted by these fields and then by id. Do not keep it: it changes in place. */
  sortedBy(fields: readonly string[]): readonly ShownRow[];
}

interface SortedIndex {
  readonly fields: readonly string[];
  readonly rows: ShownRow[];
}

export function createRowTable(): RowTable {
  const rowsById = new Map<string, ShownRow>();
  const indexes = new Map<string, SortedIndex>();

  return {
    get: (id) => rowsById.get(id),
    change(changes) {
      for (const { before, after } of changes) {
        if (before !== undefined && after?.id !== before.id) rowsById.delete(before.id);
        if (after !== undefined) rowsById.set(after.id, after);
      }
      // Moving entries one by one costs O(rows) each; sorting anew is cheaper once many have moved.
      if (changes.length > 16 && changes.length > rowsById.size / 8) indexes.clear();
      for (const index of indexes.values()) for (const change of changes) moveEntry(index, change);
    },
    sortedBy: (fields) =>
      getOrCreate(indexes, fields.join(), () => ({
        fields,
        rows: [...rowsById.values()].sort((left, right) => compareRows(fields, left, right)),
      })).rows,
  };
}

function moveEntry({ fields, rows }: SortedIndex, { before, after }: ShownChange): void {
  const positionOf = (row: ShownRow) => lowerBound(rows, (other) => compareRows(fields, other, row) >= 0);
  if (before !== undefined && after !== undefined && compareRows(fields, before, after) === 0) {
    rows[positionOf(after)] = after;
    return;
  }
  if (before !== undefined) rows.splice(positionOf(before), 1);
  if (after !== undefined) rows.splice(positionOf(after), 0, after);
}

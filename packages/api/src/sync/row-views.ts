import type { RunnableOperation } from "./operation-runner.ts";
import type { IndexedRow, RowChange, SyncWriteTransaction } from "./sync-store.ts";

/** Rows as the operations of one transaction see them: as they were locked, with what this transaction did since. */
export interface RowViews {
  of(prepared: RunnableOperation): IndexedRow | undefined;
  /** Takes in what an operation changed; its marks are newer than any version that a device can have seen. */
  note(changes: readonly RowChange[]): void;
}

/** Locks the rows that operations compare with what their authors saw: one statement for all of them. */
export async function lockRowViews<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  operations: readonly RunnableOperation[],
): Promise<RowViews> {
  const targets = operations.flatMap(({ target }) => (target === undefined ? [] : [target]));
  const rows = targets.length === 0 ? [] : await transaction.lockRows(targets);
  const views = new Map(rows.map((row) => [keyOf(row), row]));
  const watched = new Set(targets.map(keyOf));
  return {
    of: ({ target }) => (target === undefined ? undefined : views.get(keyOf(target))),
    note(changes) {
      for (const { scope, entity, id, value, marks = {} } of changes) {
        const key = keyOf({ entity, id });
        if (!watched.has(key)) continue;
        const ownMarks = Object.entries(marks).map(
          ([field, author]) => [field, { ...author, version: Infinity }] as const,
        );
        const kept = value === null ? {} : views.get(key)?.marks;
        views.set(key, { scope, entity, id, value, marks: { ...kept, ...Object.fromEntries(ownMarks) } });
      }
    },
  };
}

const keyOf = ({ entity, id }: { readonly entity: string; readonly id: string }) => `${entity}\n${id}`;

import type { OptimisticTransaction, SyncRow } from "@tidemark/api/contracts";
import type { Row, RuntimeContract } from "../contract.ts";
import type { RowKey } from "../storage/sync-storage.ts";

/** An operation as the overlay sees it. */
export interface OverlayOperation {
  readonly id: string;
  readonly order: number;
  readonly name: string;
  /** What the schema made of the arguments. */
  readonly args: unknown;
  readonly at: string;
  readonly isRejected: boolean;
}

/** What an operation did to local rows when it last ran. */
export interface OperationEffect {
  /** Rows that it looked at or wrote: when one of them changes, it must run again. */
  readonly touched: readonly string[];
  /** Its writes; `null` deletes, `undefined` marks a row and leaves it as it is. */
  readonly writes: ReadonlyMap<string, Row | null | undefined>;
}

/** What operations that follow each other have written so far. */
export type RowWrites = Map<string, Row | null | undefined>;

export const NO_EFFECT: OperationEffect = { touched: [], writes: new Map() };

/** Line breaks cannot stand in an entity's name, so keys never collide. */
export const rowKeyText = ({ entity, id }: RowKey): string => `${entity}\n${id}`;
export function parseRowKey(text: string): RowKey {
  const end = text.indexOf("\n");
  return { entity: text.slice(0, end), id: text.slice(end + 1) };
}

/** Runs an operation's `optimistic` function over the rows that `read` shows. It may throw what that function throws. */
export function runOperation(
  { contract, userId }: { readonly contract: RuntimeContract; readonly userId: string },
  operation: OverlayOperation,
  read: (key: string) => Row | undefined,
): OperationEffect {
  // A list: an operation touches few rows, and ten thousand of them wait in memory.
  const touched: string[] = [];
  const writes: RowWrites = new Map();
  const touch = (entity: string, id: string): string => {
    const key = rowKeyText({ entity, id });
    if (!touched.includes(key)) touched.push(key);
    return key;
  };
  const look = (entity: string, id: string): Row | undefined => {
    const key = touch(entity, id);
    return writes.get(key) ?? (writes.get(key) === null ? undefined : read(key));
  };
  const write = (entity: string, id: string, row: Row | null | undefined): void => {
    writes.set(touch(entity, id), row);
  };
  const tx: OptimisticTransaction<Record<string, SyncRow>> = {
    get: (entity, id) => look(entity, id),
    put: (entity, row) => write(entity, row.id, { ...row }),
    patch(entity, id, fields) {
      const row = look(entity, id);
      if (row !== undefined) write(entity, id, { ...row, ...fields });
    },
    // A refused deletion has not happened: the row stays, marked, until a person decides.
    delete: (entity, id) => write(entity, id, operation.isRejected ? look(entity, id) : null),
  };
  contract.operations[operation.name]?.optimistic?.(tx, operation.args, { user: { id: userId }, at: operation.at });
  // A copy has no room to grow, which would be most of it.
  return { touched: [...touched], writes };
}

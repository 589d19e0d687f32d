import type { OptimisticTransaction, SyncRow } from "@tidemark/api/contracts";
import type { Row, RuntimeContract } from "../contract.ts";
import { isDead } from "../outbox/tracked-operation.ts";
import type { RowKey } from "../storage/sync-storage.ts";
import type { RowSlot, ShownOperation, Touch, WrittenRow } from "./row-slot.ts";

/** What operations that follow each other have written so far. */
export type RowWrites = Map<RowSlot, WrittenRow>;

/** Line breaks cannot stand in an entity's name, so keys never collide. */
export const rowKeyText = ({ entity, id }: RowKey): string => `${entity}\n${id}`;

export interface RunnerDeps {
  readonly contract: RuntimeContract;
  readonly userId: string;
  readonly slotOf: (entity: string, id: string) => RowSlot;
}

/**
 * Runs an operation's `optimistic` function over the rows that `read` shows. It may throw what that function throws.
 * Rows that it wrote come in the order of their first write.
 */
export type RunOperation = (
  operation: ShownOperation,
  read: (slot: RowSlot, order: number) => Row | undefined,
) => readonly Touch[];

export function createRunner({ contract, userId, slotOf }: RunnerDeps): RunOperation {
  // One transaction object for all runs, which never overlap: ten thousand of them are run when a queue is opened.
  let operation: ShownOperation;
  let isRejected: boolean;
  let read: Parameters<RunOperation>[1];
  // A list: an operation touches few rows, and ten thousand of them wait in memory.
  let touches: Touch[];

  const touch = (entity: string, id: string): Touch => {
    const slot = slotOf(entity, id);
    for (const touched of touches) if (touched.slot === slot) return touched;
    const touched: Touch = { operation, slot, isWritten: false, row: undefined };
    touches.push(touched);
    return touched;
  };
  const look = (entity: string, id: string): Row | undefined => {
    const { slot, row } = touch(entity, id);
    return row === undefined ? read(slot, operation.order) : (row ?? undefined);
  };
  const write = (touched: Touch, row: SyncRow | null | undefined, fields?: object): void => {
    if (!touched.isWritten && touches.at(-1) !== touched) {
      touches.push(...touches.splice(touches.indexOf(touched), 1));
    }
    touched.isWritten = true;
    touched.row = row && { ...row, ...fields, $state: isRejected ? "rejected" : "pending" };
  };
  const tx: OptimisticTransaction<Record<string, SyncRow>> = {
    get: look,
    put: (entity, row) => write(touch(entity, row.id), row),
    patch(entity, id, fields) {
      const row = look(entity, id);
      if (row) write(touch(entity, id), row, fields);
    },
    // A refused deletion has not happened: the row stays, marked, until a person decides.
    delete: (entity, id) => write(touch(entity, id), isRejected ? look(entity, id) : null),
  };

  return (next, readNext) => {
    operation = next;
    isRejected = isDead(next);
    read = readNext;
    touches = [];
    const { name, args, parsed = args, at, retired } = next;
    // What is retired has no effect any more.
    if (!retired) contract.operations[name]?.optimistic?.(tx, parsed, { user: { id: userId }, at });
    // A copy has no room to grow, which would be most of it.
    return [...touches];
  };
}

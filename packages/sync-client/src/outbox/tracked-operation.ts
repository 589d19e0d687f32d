import type { StoredDeadLetter, StoredOperation } from "../storage/sync-storage.ts";

/** An operation as this tab knows it. */
export type TrackedOperation = (StoredOperation & { readonly state: "queued" | "settled" }) | DeadOperation;
export type DeadOperation = StoredOperation & { readonly state: "dead"; readonly letter: StoredDeadLetter };

/** What becomes of operations in one step. */
export interface OperationDelta {
  readonly changed: readonly TrackedOperation[];
  /** Operation ids. */
  readonly removed: readonly string[];
}

export const asQueued = (operation: StoredOperation): TrackedOperation => ({ ...operation, state: "queued" });
export const asSettled = (operation: StoredOperation): TrackedOperation => ({ ...operation, state: "settled" });
export const asDead = (letter: StoredDeadLetter): DeadOperation => ({ ...letter.operation, state: "dead", letter });

export const isDead = (operation: TrackedOperation): operation is DeadOperation => operation.state === "dead";

/** Whether both, of one id, are shown alike. */
export const hasSameEffect = (left: TrackedOperation, right: TrackedOperation): boolean =>
  left.order === right.order && left.retired === right.retired && isDead(left) === isDead(right);

export const byOrder = (left: StoredOperation, right: StoredOperation): number => left.order - right.order;

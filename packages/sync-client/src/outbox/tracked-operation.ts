import type { OverlayOperation } from "../overlay/row-slot.ts";
import type { StoredOperations } from "../storage/stored-state.ts";
import type { StoredDeadLetter, StoredOperation } from "../storage/sync-storage.ts";

/** An operation as this tab knows it. */
export type TrackedOperation =
  | { readonly state: "queued" | "settled"; readonly operation: StoredOperation }
  | DeadOperation;
export interface DeadOperation {
  readonly state: "dead";
  readonly operation: StoredOperation;
  readonly letter: StoredDeadLetter;
}

export function trackStored({ queued, settled, deadLetters }: StoredOperations): readonly TrackedOperation[] {
  return [...queued.map(asQueued), ...settled.map(asSettled), ...deadLetters.map(asDead)];
}

export const asQueued = (operation: StoredOperation): TrackedOperation => ({ state: "queued", operation });
export const asSettled = (operation: StoredOperation): TrackedOperation => ({ state: "settled", operation });
export const asDead = (letter: StoredDeadLetter): DeadOperation => ({
  state: "dead",
  operation: letter.operation,
  letter,
});

export function toOverlayOperation({ operation, state }: TrackedOperation): OverlayOperation {
  const { id, order, at, args, retired } = operation;
  // What is retired has no effect, like an operation without an `optimistic` function.
  const name = retired === undefined ? operation.name : "";
  return { id, order, name, at, args: operation.parsed ?? args, isRejected: state === "dead" };
}

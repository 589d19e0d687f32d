import type { OverlayOperation } from "../overlay/operation-effect.ts";
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
  return [
    ...queued.map((operation) => ({ state: "queued", operation }) as const),
    ...settled.map((operation) => ({ state: "settled", operation }) as const),
    ...deadLetters.map((letter) => ({ state: "dead", operation: letter.operation, letter }) as const),
  ];
}

export function toOverlayOperation({ operation, state }: TrackedOperation): OverlayOperation {
  const { id, order, at, args, retired } = operation;
  // What is retired has no effect, like an operation without an `optimistic` function.
  const name = retired === undefined ? operation.name : "";
  return { id, order, name, at, args: operation.parsed ?? args, isRejected: state === "dead" };
}

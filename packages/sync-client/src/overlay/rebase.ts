import type { Row } from "../contract.ts";
import type { RunOperation } from "./operation-effect.ts";
import { placeOf, type OperationLog } from "./operation-log.ts";
import { lowerBound } from "./row-order.ts";
import type { OverlayOperation, RowSlot, ShownRow, Touch } from "./row-slot.ts";

export interface RebaseDeps {
  readonly log: OperationLog;
  readonly run: RunOperation;
  /** Hears what an `optimistic` function threw; its operation is then shown without local effect. */
  readonly reportError: (error: unknown) => void;
}

/**
 * Runs again every operation that saw a changed row, in order, and those that saw what they changed in turn; no others.
 * Adds all rows that may look different now to the changed ones.
 */
export function rebase(deps: RebaseDeps, changed: Set<RowSlot>, added: readonly OverlayOperation[]): void {
  const { log } = deps;
  const waiting: OverlayOperation[] = [];
  const enqueue = (operation: OverlayOperation): void => {
    const position = lowerBound(waiting, (other) => other.order >= operation.order);
    if (waiting[position]?.id !== operation.id) waiting.splice(position, 0, operation);
  };
  added.forEach(enqueue);
  for (const { touching } of changed) for (const { operation } of touching) enqueue(operation);

  // Grows behind the position while it is walked: what is added comes later in the order.
  for (const operation of waiting) {
    const before = log.get(operation.id)?.touches ?? [];
    const after = rerun(deps, operation);
    log.set(operation, after);
    for (const { slot } of [...before, ...after]) {
      if (isSameWrite(touchOf(before, slot), touchOf(after, slot))) continue;
      changed.add(slot);
      const later = slot.touching.slice(placeOf(operation.order + 1, slot.touching));
      for (const touch of later) enqueue(touch.operation);
    }
  }
}

/** The row that lies under an operation of this order: pulled, then changed by the operations before it. */
export function rowUnder({ pulled, touching }: RowSlot, order: number): ShownRow | undefined {
  for (let position = placeOf(order, touching) - 1; position >= 0; position -= 1) {
    const row = touching[position]?.row;
    if (row !== undefined) return row ?? undefined;
  }
  return pulled;
}

function rerun(deps: RebaseDeps, operation: OverlayOperation): readonly Touch[] {
  try {
    return deps.run(operation, rowUnder);
  } catch (error) {
    deps.reportError(error);
    return [];
  }
}

const touchOf = (touches: readonly Touch[], slot: RowSlot): Touch | undefined =>
  touches.find((touch) => touch.slot === slot && touch.isWritten);

const isSameWrite = (left: Touch | undefined, right: Touch | undefined): boolean =>
  left === undefined || right === undefined ? left === right : isSameRow(left.row, right.row);

/** Equal field by field; values that are objects count as different. */
export function isSameRow(left: Row | null | undefined, right: Row | null | undefined): boolean {
  if (!left || !right) return left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.is(left[key], right[key]));
}

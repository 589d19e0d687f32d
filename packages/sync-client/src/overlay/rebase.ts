import type { Row } from "../contract.ts";
import type { RunOperation } from "./operation-effect.ts";
import { byOrder } from "../outbox/tracked-operation.ts";
import { lowerBound } from "./row-order.ts";
import { UNTOUCHED, type RowSlot, type ShownOperation, type ShownRow, type Touch } from "./row-slot.ts";

export interface RebaseDeps {
  readonly run: RunOperation;
  /** Hears what an `optimistic` function threw; its operation is then shown without local effect. */
  readonly reportError: (error: unknown) => void;
}

/**
 * Runs again every operation that saw a changed row, in order, and those that saw what they changed in turn; no others.
 * Adds all rows that may look different now to the changed ones.
 */
export function rebase(
  { run, reportError }: RebaseDeps,
  changed: Set<RowSlot>,
  added: readonly ShownOperation[],
): void {
  const waiting = added.toSorted(byOrder);
  const enqueue = (operation: ShownOperation): void => {
    const position = lowerBound(waiting, ({ order }) => order >= operation.order);
    if (waiting[position] !== operation) waiting.splice(position, 0, operation);
  };
  for (const { touching } of changed) for (const { operation } of touching) enqueue(operation);

  // Grows behind the position while it is walked: what is added comes later in the order.
  for (const operation of waiting) {
    const before = operation.touches ?? [];
    let after: readonly Touch[] = [];
    try {
      after = run(operation, rowUnder);
    } catch (error) {
      reportError(error);
    }
    setTouches(operation, after);
    for (const { slot } of before.concat(after)) {
      if (isSameWrite(writeTo(slot, before), writeTo(slot, after))) continue;
      changed.add(slot);
      for (const touch of slot.touching.slice(placeOf(operation.order + 1, slot))) enqueue(touch.operation);
    }
  }
}

/** Replaces what the operation did; each row's slot knows those that touch it. */
export function setTouches(operation: ShownOperation, touches: readonly Touch[]): void {
  for (const touch of operation.touches ?? []) {
    const { slot } = touch;
    if (slot.touching.length === 1) slot.touching = UNTOUCHED;
    else slot.touching.splice(slot.touching.indexOf(touch), 1);
  }
  operation.touches = touches;
  for (const touch of touches) {
    const { slot } = touch;
    if (slot.touching.length === 0) slot.touching = [touch];
    else slot.touching.splice(placeOf(operation.order, slot), 0, touch);
  }
}

/** Where the touches of this order and after it begin. */
const placeOf = (order: number, { touching }: RowSlot): number =>
  lowerBound(touching, ({ operation }) => operation.order >= order);

/** The row that lies under an operation of this order: pulled, then changed by the operations before it. */
export function rowUnder(slot: RowSlot, order: number): ShownRow | undefined {
  for (let position = placeOf(order, slot) - 1; position >= 0; position -= 1) {
    const row = slot.touching[position]?.row;
    if (row !== undefined) return row ?? undefined;
  }
  return slot.pulled;
}

const writeTo = (slot: RowSlot, touches: readonly Touch[]): Touch | undefined =>
  touches.find((touch) => touch.slot === slot && touch.isWritten);

const isSameWrite = (left: Touch | undefined, right: Touch | undefined): boolean =>
  left && right ? isSameRow(left.row, right.row) : left === right;

/** Equal field by field; values that are objects count as different. */
export function isSameRow(left: Row | null | undefined, right: Row | null | undefined): boolean {
  if (!left || !right) return left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.is(left[key], right[key]));
}

import type { Row, RuntimeContract } from "../contract.ts";
import { NO_EFFECT, runOperation, type OperationEffect, type OverlayOperation } from "./operation-effect.ts";
import type { OperationLog } from "./operation-log.ts";
import { lowerBound } from "./row-order.ts";

export interface RebaseDeps {
  readonly contract: RuntimeContract;
  readonly userId: string;
  readonly log: OperationLog;
  readonly pulledRow: (key: string) => Row | undefined;
  /** Hears what an `optimistic` function threw; its operation is then shown without local effect. */
  readonly reportError: (error: unknown) => void;
}

/**
 * Runs again every operation that saw a changed row, in order, and those that saw what they changed in turn; no others.
 * Answers the keys of all rows that may look different now.
 */
export function rebase(
  deps: RebaseDeps,
  changedRows: ReadonlySet<string>,
  added: readonly OverlayOperation[],
): Set<string> {
  const { log } = deps;
  const affected = new Set(changedRows);
  const waiting: OverlayOperation[] = [];
  const enqueue = (operation: OverlayOperation): void => {
    const last = waiting.at(-1);
    // The rule when a queue is opened: each comes after all before it.
    const isLast = last === undefined || last.order < operation.order;
    const position = isLast ? waiting.length : lowerBound(waiting, (other) => other.order >= operation.order);
    if (waiting[position]?.id !== operation.id) waiting.splice(position, 0, operation);
  };
  added.forEach(enqueue);
  for (const key of changedRows) for (const { operation } of log.touching(key)) enqueue(operation);

  // Grows behind the position while it is walked: what is added comes later in the order.
  for (const operation of waiting) {
    const before = log.get(operation.id)?.effect ?? NO_EFFECT;
    const after = rerun(deps, operation);
    log.setEffect(operation.id, after);
    for (const key of changedWrites(before, after)) {
      affected.add(key);
      for (const later of log.touching(key)) if (later.operation.order > operation.order) enqueue(later.operation);
    }
  }
  return affected;
}

/** The row that lies under an operation: pulled, then changed by the operations before it. */
export function rowUnder(
  { log, pulledRow }: Pick<RebaseDeps, "log" | "pulledRow">,
  key: string,
  order: number,
): Row | undefined {
  let row = pulledRow(key);
  for (const { operation, effect } of log.touching(key)) {
    if (operation.order >= order) break;
    const written = effect.writes.get(key);
    if (written !== undefined) row = written ?? undefined;
  }
  return row;
}

function rerun(deps: RebaseDeps, operation: OverlayOperation): OperationEffect {
  try {
    return runOperation(deps, operation, (key) => rowUnder(deps, key, operation.order));
  } catch (error) {
    deps.reportError(error);
    return NO_EFFECT;
  }
}

function* changedWrites(before: OperationEffect, after: OperationEffect): Generator<string> {
  for (const [key, written] of after.writes) {
    const previous = before.writes.get(key);
    if (!before.writes.has(key) || !isSameRow(previous, written)) yield key;
  }
  for (const key of before.writes.keys()) if (!after.writes.has(key)) yield key;
}

/** Equal field by field; values that are objects count as different. */
export function isSameRow(left: Row | null | undefined, right: Row | null | undefined): boolean {
  if (!left || !right) return left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.is(left[key], right[key]));
}

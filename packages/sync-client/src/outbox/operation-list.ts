import type { ShownOperation } from "../overlay/row-slot.ts";
import type { DeadLetter, QueuedOperation } from "../sync.ts";
import { findRoots } from "./dependents.ts";
import {
  byOrder,
  hasSameEffect,
  isDead,
  type DeadOperation,
  type OperationDelta,
  type TrackedOperation,
} from "./tracked-operation.ts";

type Operations = ReadonlyMap<string, ShownOperation>;

/** The step from what is known to `next`, which are all there are. */
export function differenceTo(operations: Operations, next: readonly TrackedOperation[]): OperationDelta {
  const nextIds = new Set(next.map(({ id }) => id));
  return {
    changed: next.filter((operation) => !isSame(operations.get(operation.id), operation)),
    removed: [...operations.keys()].filter((id) => !nextIds.has(id)),
  };
}

const isSame = (left: TrackedOperation | undefined, right: TrackedOperation): boolean =>
  left?.state === right.state && left.key === right.key && hasSameEffect(left, right);

/** What is on its way, in its order. */
export const waitingOf = (operations: Operations) =>
  [...operations.values()].filter((operation) => !isDead(operation)).sort(byOrder);

export const listQueued = (operations: Operations): readonly QueuedOperation[] =>
  waitingOf(operations).map(({ state, key: seq, id, name, args, at }) => ({ seq, id, name, args, at, state }));

/** All dead letters of the group that this one belongs to, in order. */
export function deadGroup(operations: Operations, letter: DeadOperation): readonly DeadOperation[] {
  const roots = findRoots(operations);
  return [...roots.keys()].filter((other) => roots.get(other) === roots.get(letter));
}

/** Groups in the order of their first operation, each in its own order. */
export function listDead(operations: Operations): readonly DeadLetter[] {
  const groups = Map.groupBy(findRoots(operations), ([, group]) => group);
  return [...groups.values()].flat().map(([{ id, name, args, at, letter }, group]) => {
    const { status, error, conflict } = letter;
    return {
      id,
      name,
      args,
      at,
      status,
      error,
      group,
      ...(conflict && { conflict }),
      ...(id !== group && { causedBy: group }),
    };
  });
}

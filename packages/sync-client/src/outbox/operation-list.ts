import { getOrCreate } from "../map-entry.ts";
import type { ShownOperation } from "../overlay/row-slot.ts";
import type { DeadLetter, QueuedOperation } from "../sync.ts";
import { findRoots } from "./dependents.ts";
import { isDead, type DeadOperation, type OperationDelta, type TrackedOperation } from "./tracked-operation.ts";

type Operations = ReadonlyMap<string, ShownOperation>;

/** Whether the outbox has any: asked with each write, which must not list a long queue. */
export function hasWaiting(operations: Operations): boolean {
  for (const operation of operations.values()) if (!isDead(operation)) return true;
  return false;
}

/** The step from what is known to `next`, which are all there are. */
export function differenceTo(operations: Operations, next: readonly TrackedOperation[]): OperationDelta {
  const nextIds = new Set(next.map(({ id }) => id));
  return {
    changed: next.filter((operation) => !isSame(operations.get(operation.id), operation)),
    removed: [...operations.keys()].filter((id) => !nextIds.has(id)),
  };
}

const isSame = (left: TrackedOperation | undefined, right: TrackedOperation): boolean =>
  left?.state === right.state && left.key === right.key && left.order === right.order && left.retired === right.retired;

export const listQueued = (operations: Operations): readonly QueuedOperation[] =>
  [...operations.values()]
    .flatMap(({ state, key: seq, id, name, args, at }) =>
      state === "dead" ? [] : [{ seq, id, name, args, at, state }],
    )
    .sort((left, right) => left.seq - right.seq);

/** All dead letters of the group that this one belongs to, in order. */
export function deadGroup(operations: Operations, id: string): readonly DeadOperation[] {
  const roots = [...findRoots(operations)];
  const group = roots.find(([letter]) => letter.id === id)?.[1];
  return roots.flatMap(([letter, root]) => (root === group ? [letter] : []));
}

/** Groups in the order of their first operation, each in its own order. */
export function listDead(operations: Operations): readonly DeadLetter[] {
  const groups = new Map<string, DeadLetter[]>();
  for (const [{ id, name, args, at, letter }, group] of findRoots(operations)) {
    const { status, error, conflict } = letter;
    getOrCreate(groups, group, () => []).push({
      id,
      name,
      args,
      at,
      status,
      error,
      group,
      ...(conflict && { conflict }),
      ...(id !== group && { causedBy: group }),
    });
  }
  return [...groups.values()].flat();
}

import type { DeadOperation, TrackedOperation } from "./tracked-operation.ts";

export interface OperationGraph {
  readonly operations: ReadonlyMap<string, TrackedOperation>;
  /** Later operations that need a row which this one made. */
  readonly dependentsOf: (id: string) => readonly string[];
}

/**
 * What cannot stay without this operation, itself included, in order: the transaction it was written in, and whatever
 * touched a row that one of these made, as far as the server has not taken it.
 */
export function withDependents({ operations, dependentsOf }: OperationGraph, id: string): readonly TrackedOperation[] {
  const found = new Map<string, TrackedOperation>();
  const add = (next: TrackedOperation | undefined): void => {
    if (next && next.state !== "settled") found.set(next.operation.id, next);
  };
  add(operations.get(id));
  // Grows while it is walked.
  for (const [next, { operation }] of found) {
    for (const dependent of dependentsOf(next)) add(operations.get(dependent));
    if (operation.group === undefined) continue;
    for (const other of operations.values()) if (other.operation.group === operation.group) add(other);
  }
  return [...found.values()].sort(byOrder);
}

/** The refused operation that each dead letter fell with, by id; a root is its own. */
export function findRoots(graph: OperationGraph): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  for (const letter of [...graph.operations.values()].filter(isDead).sort(byOrder)) {
    if (roots.has(letter.operation.id)) continue;
    const fallen = withDependents(graph, letter.operation.id).filter(isDead);
    const { group } = letter.operation;
    // Of a transaction, the one that was refused for a reason of its own.
    const culprit = fallen.find(
      (other) => group !== undefined && other.operation.group === group && other.letter.error.code !== "GROUP_FAILED",
    );
    for (const { operation } of fallen) {
      if (!roots.has(operation.id)) roots.set(operation.id, (culprit ?? letter).operation.id);
    }
  }
  return roots;
}

export const isDead = (tracked: TrackedOperation): tracked is DeadOperation => tracked.state === "dead";

export const byOrder = (left: TrackedOperation, right: TrackedOperation): number =>
  left.operation.order - right.operation.order;

import type { ShownOperation } from "../overlay/row-slot.ts";
import { byOrder, isDead, type DeadOperation } from "./tracked-operation.ts";

type Operations = ReadonlyMap<string, ShownOperation>;

/** Later operations that touched a row which this one made: no pull has shown it, and none before this one wrote it. */
const dependentsOf = ({ id, touches = [] }: ShownOperation): readonly ShownOperation[] =>
  touches.flatMap(({ slot: { pulled, touching } }) => {
    const made = pulled ? -1 : touching.findIndex(({ row }) => row);
    return touching[made]?.operation.id === id ? touching.slice(made + 1).map(({ operation }) => operation) : [];
  });

/**
 * What cannot stay without this operation, itself included, in order: the transaction it was written in, and whatever
 * touched a row that one of these made, as far as the server has not taken it.
 */
export function withDependents(operations: Operations, first: ShownOperation): readonly ShownOperation[] {
  const found = new Set<ShownOperation>();
  const add = (next: ShownOperation): void => {
    if (next.state !== "settled") found.add(next);
  };
  add(first);
  // Grows while it is walked.
  for (const operation of found) {
    dependentsOf(operation).forEach(add);
    if (!operation.group) continue;
    for (const other of operations.values()) if (other.group === operation.group) add(other);
  }
  return [...found].sort(byOrder);
}

/** The id of the refused operation that each dead letter fell with, its own for a root; a letter's fallen follow it in order. */
export function findRoots(operations: Operations): ReadonlyMap<DeadOperation, string> {
  const roots = new Map<DeadOperation, string>();
  for (const letter of [...operations.values()].filter(isDead).sort(byOrder)) {
    if (roots.has(letter)) continue;
    const { group } = letter;
    const fallen = withDependents(operations, letter).filter(isDead);
    // Of a transaction, the one that was refused for a reason of its own; without one it is the letter itself.
    const culprit = fallen.find((other) => other.group === group && other.letter.error.code !== "GROUP_FAILED");
    for (const other of fallen) if (!roots.has(other)) roots.set(other, (culprit ?? letter).id);
  }
  return roots;
}

import type { ShownOperation } from "../overlay/row-slot.ts";
import { byOrder, isDead } from "./tracked-operation.ts";

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
export function withDependents(operations: Operations, id: string): readonly ShownOperation[] {
  const found = new Set<ShownOperation>();
  const add = (next: ShownOperation | undefined): void => {
    if (next && next.state !== "settled") found.add(next);
  };
  add(operations.get(id));
  // Grows while it is walked.
  for (const operation of found) {
    dependentsOf(operation).forEach(add);
    if (operation.group === undefined) continue;
    for (const other of operations.values()) if (other.group === operation.group) add(other);
  }
  return [...found].sort(byOrder);
}

/** The refused operation that each dead letter fell with, by id; a root is its own. */
export function findRoots(operations: Operations): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  for (const letter of [...operations.values()].filter(isDead).sort(byOrder)) {
    if (roots.has(letter.id)) continue;
    const { group } = letter;
    const fallen = withDependents(operations, letter.id).filter(isDead);
    // Of a transaction, the one that was refused for a reason of its own.
    const culprit = fallen.find(
      (other) => group !== undefined && other.group === group && other.letter.error.code !== "GROUP_FAILED",
    );
    for (const { id } of fallen) if (!roots.has(id)) roots.set(id, (culprit ?? letter).id);
  }
  return roots;
}

import { getOrCreate } from "../map-entry.ts";
import { createDerived } from "../observable.ts";
import type { DeadLetter, Observable, QueuedOperation } from "../sync.ts";
import { findRoots, isDead, withDependents, type OperationGraph } from "./dependents.ts";
import type { DeadOperation, TrackedOperation } from "./tracked-operation.ts";

/** What becomes of operations in one step. */
export interface OperationDelta {
  readonly changed: readonly TrackedOperation[];
  /** Operation ids. */
  readonly removed: readonly string[];
}

/** The operations that this tab knows of, and the lists that people see of them. */
export interface OperationList {
  readonly outbox: Observable<readonly QueuedOperation[]>;
  readonly deadLetters: Observable<readonly DeadLetter[]>;
  get(id: string): TrackedOperation | undefined;
  all(): readonly TrackedOperation[];
  /** Whether the outbox has any: asked with each write, which must not list a long queue. */
  hasWaiting(): boolean;
  /** All dead letters of the group that this one belongs to, in order. */
  deadGroup(id: string): readonly DeadOperation[];
  /** This operation and what falls with it, in order. */
  withDependents(id: string): readonly TrackedOperation[];
  /** The step from what is known to `operations`, which are all there are. */
  differenceTo(operations: readonly TrackedOperation[]): OperationDelta;
  apply(delta: OperationDelta): void;
}

export function createOperationList(dependentsOf: OperationGraph["dependentsOf"]): OperationList {
  const operations = new Map<string, TrackedOperation>();
  const graph = { operations, dependentsOf };
  const listAll = () => [...operations.values()];
  const outbox = createDerived(() => listQueued(listAll()));
  const deadLetters = createDerived(() => listDead(graph));

  return {
    outbox,
    deadLetters,
    get: (id) => operations.get(id),
    all: listAll,
    deadGroup(id) {
      const roots = findRoots(graph);
      return listAll()
        .filter(isDead)
        .filter(({ operation }) => roots.get(operation.id) === roots.get(id));
    },
    hasWaiting() {
      for (const tracked of operations.values()) if (!isDead(tracked)) return true;
      return false;
    },
    withDependents: (id) => withDependents(graph, id),
    differenceTo(next) {
      const nextIds = new Set(next.map(({ operation }) => operation.id));
      return {
        changed: next.filter((tracked) => !isSameOperation(operations.get(tracked.operation.id), tracked)),
        removed: [...operations.keys()].filter((id) => !nextIds.has(id)),
      };
    },
    apply({ changed, removed }) {
      if (changed.length === 0 && removed.length === 0) return;
      for (const id of removed) operations.delete(id);
      for (const tracked of changed) operations.set(tracked.operation.id, tracked);
      outbox.invalidate();
      deadLetters.invalidate();
    },
  };
}

const isSameOperation = (left: TrackedOperation | undefined, right: TrackedOperation): boolean =>
  left?.state === right.state &&
  left.operation.key === right.operation.key &&
  left.operation.order === right.operation.order &&
  left.operation.retired === right.operation.retired;

function listQueued(all: Iterable<TrackedOperation>): readonly QueuedOperation[] {
  const queued: QueuedOperation[] = [];
  for (const { state, operation } of all) {
    if (state === "dead") continue;
    const { key, id, name, args, at } = operation;
    queued.push({ seq: key, id, name, args, at, state });
  }
  return queued.sort((left, right) => left.seq - right.seq);
}

/** Groups in the order of their first operation, each in its own order. */
function listDead(graph: OperationGraph): readonly DeadLetter[] {
  const groups = new Map<string, DeadLetter[]>();
  for (const [member, root] of findRoots(graph)) {
    const tracked = graph.operations.get(member);
    if (tracked?.state !== "dead") continue;
    const { id, name, args, at } = tracked.operation;
    const { status, error, conflict } = tracked.letter;
    getOrCreate(groups, root, () => []).push({
      id,
      name,
      args,
      at,
      status,
      error,
      group: root,
      ...(conflict && { conflict }),
      ...(id !== root && { causedBy: root }),
    });
  }
  return [...groups.values()].flat();
}

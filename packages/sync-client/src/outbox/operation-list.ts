import { createDerived } from "../observable.ts";
import type { DeadLetter, Observable, QueuedOperation } from "../sync.ts";
import type { TrackedOperation } from "./tracked-operation.ts";

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
  /** The step from what is known to `operations`, which are all there are. */
  differenceTo(operations: readonly TrackedOperation[]): OperationDelta;
  apply(delta: OperationDelta): void;
}

export function createOperationList(): OperationList {
  const operations = new Map<string, TrackedOperation>();
  const outbox = createDerived(() => listQueued(operations.values()));
  const deadLetters = createDerived(() => listDead(operations.values()));

  return {
    outbox,
    deadLetters,
    get: (id) => operations.get(id),
    all: () => [...operations.values()],
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
  left?.state === right.state && left.operation.key === right.operation.key;

function listQueued(all: Iterable<TrackedOperation>): readonly QueuedOperation[] {
  const queued: QueuedOperation[] = [];
  for (const { state, operation } of all) {
    if (state === "dead") continue;
    const { key, id, name, args, at } = operation;
    queued.push({ seq: key, id, name, args, at, state });
  }
  return queued.sort((left, right) => left.seq - right.seq);
}

function listDead(all: Iterable<TrackedOperation>): readonly DeadLetter[] {
  const letters: { readonly order: number; readonly letter: DeadLetter }[] = [];
  for (const tracked of all) {
    if (tracked.state !== "dead") continue;
    const { id, name, args, at, order } = tracked.operation;
    const { status, error, conflict } = tracked.letter;
    letters.push({ order, letter: { id, name, args, at, status, error, ...(conflict && { conflict }) } });
  }
  return letters.sort((left, right) => left.order - right.order).map(({ letter }) => letter);
}

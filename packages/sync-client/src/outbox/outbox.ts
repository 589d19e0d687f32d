import { isoTime, type Clock } from "../clock.ts";
import type { RuntimeContract } from "../contract.ts";
import { SyncClientError } from "../errors.ts";
import type { OverlayOperation } from "../overlay/operation-effect.ts";
import type { NewOperation, StorageTransaction, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import { createGroupCommit } from "./group-commit.ts";
import { prepareArgs, type PreparedArgs } from "./prepare-operation.ts";
import type { TrackedOperation } from "./tracked-operation.ts";

/** The durable queue, written by every tab. */
export interface Outbox {
  /**
   * Resolves once the operation is flushed to the disk (I1). Calls are queued in the order in which they are made.
   * @throws SyncClientError `UNKNOWN_NAME`, `INVALID_ARGUMENTS`, `OPERATION_TOO_LARGE`, `STORAGE_…`
   */
  enqueue(name: string, input: unknown): Promise<StoredOperation>;
  /** Puts a dead letter back into the queue, as a new operation with other arguments if `input` is given. */
  requeue(deadLetter: TrackedOperation, input?: { readonly args: unknown }): Promise<StoredOperation>;
  /** Forgets a dead letter. */
  discard(id: string): Promise<void>;
}

export interface OutboxDeps {
  readonly contract: RuntimeContract;
  readonly storage: SyncStorage;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Resolves once the overlay is loaded. */
  readonly opened: () => Promise<void>;
  readonly baseOf: (operation: OverlayOperation) => number | undefined;
  /** Called in the step in which operations have become durable. */
  readonly onQueued: (operations: readonly StoredOperation[]) => void;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { contract, storage, clock, newId, baseOf } = deps;
  /** The last call whose schema has not answered yet: later calls wait behind it, to keep their order. */
  let validating: Promise<unknown> | undefined;

  const commit = createGroupCommit(async (operations: readonly NewOperation[]) => {
    const stored = await storage.transaction("durableWrite", ["outbox"], (transaction) =>
      Promise.all(operations.map(async (operation) => withKey(operation, await transaction.append(operation)))),
    );
    deps.onQueued(stored);
    return stored;
  });

  return {
    async enqueue(name, input) {
      const prepared = await inOrder(() => prepareArgs(contract, name, input));
      await deps.opened();
      return commit(toOperation(name, prepared));
    },
    async requeue({ operation }, input) {
      const prepared = input === undefined ? operation : await prepareArgs(contract, operation.name, input.args);
      const queued = toOperation(operation.name, prepared);
      return storage.transaction("durableWrite", ["outbox", "deadLetters"], async (transaction) => {
        await takeDeadLetter(transaction, operation.id);
        return withKey(queued, await transaction.append(queued));
      });
    },
    discard: (id) =>
      storage.transaction("durableWrite", ["deadLetters"], (transaction) => takeDeadLetter(transaction, id)),
  };

  async function inOrder(validate: () => PreparedArgs | Promise<PreparedArgs>): Promise<PreparedArgs> {
    const result = validate();
    if (validating === undefined && !(result instanceof Promise)) return result;
    const turn = Promise.allSettled([validating, result]);
    validating = turn;
    await turn;
    if (validating === turn) validating = undefined;
    return result;
  }

  function toOperation(name: string, { args, parsed }: PreparedArgs): NewOperation {
    const operation = { id: newId(), name, args, at: isoTime(clock), contractVersion: contract.version };
    const base = baseOf({ ...operation, args: parsed ?? args, order: Infinity, isRejected: false });
    return { ...operation, ...(parsed !== undefined && { parsed }), ...(base !== undefined && { base }) };
  }
}

const withKey = (operation: NewOperation, key: number): StoredOperation => ({ ...operation, key, order: key });

/** Two tabs may decide about one dead letter: the first one does. */
async function takeDeadLetter(transaction: StorageTransaction, id: string): Promise<void> {
  if ((await transaction.get("deadLetters", id)) === undefined) {
    throw new SyncClientError("NO_DEAD_LETTER", "This refused operation was retried or discarded already.");
  }
  transaction.delete("deadLetters", id);
}

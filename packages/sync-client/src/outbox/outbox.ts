import { byteLength, MAX_OPERATION_BYTES, prepareOperation, type PreparedOperation } from "@tidemark/api/contracts";
import { isoTime, type Clock } from "../clock.ts";
import type { RuntimeContract } from "../contract.ts";
import { refuse } from "../errors.ts";
import type { RowWrites } from "../overlay/operation-effect.ts";
import type { OperationId } from "../sync.ts";
import { getDevice, OPERATION_STORES, settledKey } from "../storage/stored-state.ts";
import type { NewOperation, StorageTransaction, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import { createGroupCommit } from "./group-commit.ts";
import { asQueued, type DeadOperation, type OperationDelta, type TrackedOperation } from "./tracked-operation.ts";

/** Most operations of one transaction; the server takes no more in one group (S26). */
export const MAX_TRANSACTION_OPERATIONS = 50;

/** An operation that has its id, but no place in the queue yet. */
interface NamedOperation extends PreparedOperation, OperationId {}

/** Notes one operation and answers its id; nothing is queued before the whole is. */
export type Note = (name: string, args: unknown) => Promise<OperationId>;

/** The durable queue, written by every tab. */
export interface Outbox {
  /**
   * Resolves once the operation is flushed to the disk (I1). Calls are queued in the order in which they are made.
   * @throws SyncClientError `UNKNOWN_NAME`, `INVALID_ARGUMENTS`, `OPERATION_TOO_LARGE`, `STORAGE_…`
   */
  enqueue(name: string, input: unknown): Promise<OperationId>;
  /** Queues what `write` notes as one group once it has ended; whatever fails in between queues nothing of it. */
  transaction(write: (note: Note) => void | Promise<void>): Promise<{ readonly ids: readonly string[] }>;
  /** Puts dead letters back into the queue as new operations, in their order; one of them with other arguments. */
  requeue(letters: readonly DeadOperation[], edited?: EditedOperation): Promise<readonly StoredOperation[]>;
  /**
   * Forgets a dead letter with what falls with it, itself among them. What is queued still keeps its place, retired: the
   * server may have it already, and no seq may be missing. Answers the ids that are gone, and what is retired.
   */
  discard(id: string, fallen: readonly TrackedOperation[]): Promise<OperationDelta>;
}

export interface EditedOperation {
  readonly id: string;
  readonly args: unknown;
}

export interface OutboxDeps {
  readonly contract: RuntimeContract;
  readonly storage: SyncStorage;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Resolves once the overlay is loaded. */
  readonly opened: () => Promise<void>;
  /** The version of the pulled row that the operation changes first, after those that have left their writes. */
  readonly baseOf: (operation: TrackedOperation, written?: RowWrites) => number | undefined;
  /** Called in the step in which operations have become durable. */
  readonly onQueued: (operations: readonly StoredOperation[]) => void;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { contract, storage, clock, newId, baseOf } = deps;
  const prepare = (name: string, args: unknown) => prepareOperation(contract, { name, args }, refuse);
  /** Of the transaction whose function runs in this very moment. */
  let noting: Promise<NamedOperation>[] | undefined;
  /** The last call whose schema has not answered yet: later calls wait behind it, to keep their order. */
  let validating: Promise<unknown> | undefined;

  const commit = createGroupCommit(async (units: readonly (readonly NewOperation[])[]) => {
    const stored = await storage.transaction("durableWrite", ["outbox"], (transaction) => {
      const appended = appendAll(transaction, units.flat());
      transaction.end();
      return appended;
    });
    deps.onQueued(stored);
  });

  return {
    async enqueue(name, input) {
      refuseNested();
      const prepared = await inOrder(prepare(name, input));
      const id = newId();
      await queue([{ ...prepared, id }]);
      return { id };
    },
    async transaction(write) {
      refuseNested();
      const notes: Promise<NamedOperation>[] = [];
      let isOver = false;
      noting = notes;
      try {
        const ended = write((name, args) => (isOver ? Promise.reject(misused()) : take(notes, nameOne(name, args))));
        noting = undefined;
        await ended;
      } finally {
        noting = undefined;
        isOver = true;
      }
      const named = await Promise.all(notes);
      if (named.length > MAX_TRANSACTION_OPERATIONS) throw transactionTooLarge();
      await queue(await inOrder(named));
      return { ids: named.map(({ id }) => id) };
    },
    async requeue(letters, edited) {
      const operations = await Promise.all(letters.map((letter) => renew(letter, edited)));
      return storage.transaction("durableWrite", ["outbox", "deadLetters"], async (transaction) => {
        const taken = await Promise.all(letters.map(({ id }) => takeDeadLetter(transaction, id)));
        if (taken.includes(false)) throw noDeadLetter();
        return appendAll(transaction, operations);
      });
    },
    discard: (id, fallen) =>
      storage.transaction("durableWrite", OPERATION_STORES, async (transaction) => {
        const device = await getDevice(transaction);
        const settled = device ? settledKey(device) : Infinity;
        const removed: string[] = [];
        const changed: TrackedOperation[] = [];
        const discardOne = async (operation: TrackedOperation): Promise<void> => {
          if (await takeDeadLetter(transaction, operation.id)) removed.push(operation.id);
          const { key } = operation;
          const [stored] = await transaction.list("outbox", { from: key, to: key });
          if (stored?.id !== operation.id || stored.key <= settled) return;
          const retired = { ...stored, retired: "discarded" } as const;
          transaction.put("outbox", retired);
          changed.push(asQueued(retired));
        };
        await Promise.all(fallen.map(discardOne));
        if (!removed.includes(id)) throw noDeadLetter();
        return { changed, removed };
      }),
  };

  /** What a transaction's function writes beside its transaction would not be part of it. */
  function refuseNested(): void {
    if (noting === undefined) return;
    const error = misused();
    // A caller that does not wait for its call must not get a transaction without it.
    void take(noting, Promise.reject(error));
    throw error;
  }

  async function nameOne(name: string, args: unknown): Promise<NamedOperation> {
    const id = newId();
    return { ...(await prepare(name, args)), id };
  }

  /** One operation, or several as a group. */
  async function queue(named: readonly NamedOperation[]): Promise<void> {
    await deps.opened();
    if (named.length === 0) return;
    const group = named.length > 1 ? newId() : undefined;
    const written: RowWrites = new Map();
    const operations = named.map((operation) => ({ ...toOperation(operation, written), group }));
    if (group && byteLength(JSON.stringify(operations)) > MAX_OPERATION_BYTES) throw transactionTooLarge();
    await commit(operations);
  }

  async function inOrder<Result>(result: Result | Promise<Result>): Promise<Result> {
    if (validating === undefined && !(result instanceof Promise)) return result;
    const turn = Promise.allSettled([validating, result]);
    validating = turn;
    await turn;
    if (validating === turn) validating = undefined;
    // Awaited here: to be returned as it is, it would take longer than the turn of the call behind it.
    return await result;
  }

  /** The same again under a new operation id: the server has given the old one its verdict. */
  async function renew(operation: DeadOperation, edited?: EditedOperation): Promise<NewOperation> {
    const { id, name, group, retired } = operation;
    const isEdited = id === edited?.id;
    if (retired && !isEdited) throw refuse("CONTRACT_TOO_OLD", TOO_OLD_MESSAGE);
    const prepared = isEdited ? await prepare(name, edited.args) : operation;
    return { ...toOperation({ ...prepared, id: newId() }), group };
  }

  function toOperation({ id, name, args, parsed }: NamedOperation, written?: RowWrites): NewOperation {
    const operation = { id, name, args, at: isoTime(clock), contractVersion: contract.version };
    const base = baseOf(asQueued({ ...operation, parsed, key: Infinity, order: Infinity }), written);
    return { ...operation, parsed, base };
  }
}

async function appendAll(
  transaction: StorageTransaction,
  operations: readonly NewOperation[],
): Promise<readonly StoredOperation[]> {
  const first = await transaction.append(operations);
  return operations.map((operation, position) => ({ ...operation, key: first + position, order: first + position }));
}

function take(notes: Promise<NamedOperation>[], operation: Promise<NamedOperation>): Promise<NamedOperation> {
  notes.push(operation);
  // The transaction hears of a failure when its function has ended.
  operation.catch(() => {});
  return operation;
}

const misused = () => refuse("TRANSACTION_MISUSED", "Write within a transaction, with what it gives you.");

const transactionTooLarge = () =>
  refuse(
    "TRANSACTION_TOO_LARGE",
    `A transaction holds at most ${MAX_TRANSACTION_OPERATIONS} operations and half a push: split it.`,
  );

/** Two tabs may decide about one dead letter: the first one does. */
async function takeDeadLetter(transaction: StorageTransaction, id: string): Promise<boolean> {
  const letter = await transaction.get("deadLetters", id);
  transaction.delete("deadLetters", id);
  return letter !== undefined;
}

export const TOO_OLD_MESSAGE = "An older version of this app wrote this, and it cannot be sent: correct or discard it.";

export const noDeadLetter = () => refuse("NO_DEAD_LETTER", "This was retried or discarded already.");

import type { PreparedOperation } from "@tidemark/api/contracts";
import { SyncClientError } from "../errors.ts";
import type { OperationId } from "../sync.ts";

/** Most operations of one transaction; the server takes no more in one group (S26). */
export const MAX_TRANSACTION_OPERATIONS = 50;

/** An operation that has its id, but no place in the queue yet. */
export interface NamedOperation extends PreparedOperation, OperationId {}

/** Notes one operation and answers its id; nothing is queued before the whole is. */
export type Note = (name: string, input: unknown) => Promise<OperationId>;
export type Write = (note: Note) => void | Promise<void>;

export interface Collector {
  /** All operations that `write` notes, once it has ended. Whatever fails in between fails the whole. */
  collect(write: Write): Promise<readonly NamedOperation[]>;
  /** Rejects while a callback of `collect` runs: what it writes beside its transaction would not be part of it. */
  refuseNested(): void;
}

export function createCollector(deps: {
  readonly prepare: (name: string, input: unknown) => PreparedOperation | Promise<PreparedOperation>;
  readonly newId: () => string;
}): Collector {
  /** Of the callback that runs in this very moment. */
  let current: Promise<NamedOperation>[] | undefined;

  return {
    async collect(write) {
      const noted: Promise<NamedOperation>[] = [];
      let isOver = false;
      current = noted;
      try {
        const ended = write((name, input) => {
          if (isOver) return Promise.reject(misused("This transaction has ended: write within its function."));
          return note(noted, toNamed(name, input));
        });
        current = undefined;
        await ended;
      } finally {
        current = undefined;
        isOver = true;
      }
      const operations = await Promise.all(noted);
      if (operations.length > MAX_TRANSACTION_OPERATIONS) throw transactionTooLarge();
      return operations;
    },
    refuseNested() {
      if (current === undefined) return;
      const error = misused("Within a transaction, write with what it gives you.");
      // A caller that does not wait for its call must not get a transaction without it.
      void note(current, Promise.reject(error));
      throw error;
    },
  };

  async function toNamed(name: string, input: unknown): Promise<NamedOperation> {
    const id = deps.newId();
    return { ...(await deps.prepare(name, input)), id };
  }
}

function note(noted: Promise<NamedOperation>[], operation: Promise<NamedOperation>): Promise<NamedOperation> {
  noted.push(operation);
  // The transaction hears of a failure when its function has ended.
  operation.catch(() => {});
  return operation;
}

const misused = (message: string) => new SyncClientError("TRANSACTION_MISUSED", message);

export const transactionTooLarge = () =>
  new SyncClientError(
    "TRANSACTION_TOO_LARGE",
    `A transaction holds at most ${MAX_TRANSACTION_OPERATIONS} operations and half a push: split it.`,
  );

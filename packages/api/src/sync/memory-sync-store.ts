import { TidemarkError } from "../errors.ts";
import { createRowLocks, Deadlock } from "./memory-locks.ts";
import { copyTables, createTables, type MemoryTables } from "./memory-tables.ts";
import { openSnapshot, openWriteTransaction, type MemoryRows, type TransactionOwner } from "./memory-transaction.ts";
import type { SyncRow } from "./sync-contract.ts";
import type { ParkedOperation, SyncStore } from "./sync-store.ts";

/** How often a transaction that closed a circle of waiters is run again before the push is told to come back. */
const MAX_DEADLOCK_ATTEMPTS = 5;

export interface MemorySyncStore<Rows extends Record<string, SyncRow>> extends SyncStore<MemoryRows<Rows>> {
  /** What the device's handlers failed on, by seq. */
  parkedOperations(deviceId: string): Promise<readonly ParkedOperation[]>;
  /** Everything that is committed now, for another store to start from. */
  backUp(): MemoryBackup;
}

/** A copy of a store's committed state; a store made from it must have another epoch, since its history is another. */
export type MemoryBackup = Readonly<MemoryTables>;

/**
 * A `SyncStore` for tests only. Writers behave like Postgres at READ COMMITTED: what they change is locked to the end of
 * the transaction, a second locker waits and then sees what the first committed; readers see one snapshot. There are no
 * timers in it: the same calls in the same order give the same history.
 */
export function createMemorySyncStore<Rows extends Record<string, SyncRow>>(
  options: { readonly epoch?: string; readonly now?: () => string; readonly backup?: MemoryBackup } = {},
): MemorySyncStore<Rows> {
  const epoch = options.epoch ?? "memory-epoch";
  const now = options.now ?? createTicker();
  const transactionByTx = new WeakMap<object, Opened>();
  const locks = createRowLocks<TransactionOwner>();
  let tables = options.backup === undefined ? createTables() : copyTables(options.backup);
  /** Snapshots that look at `tables` as they are now. */
  let openSnapshots = 0;

  type Opened = ReturnType<typeof openWriteTransaction<Rows>>;

  const runOnce = async <Result>(work: (opened: Opened) => Promise<Result>): Promise<Result> => {
    const owner: TransactionOwner = { isOpen: true };
    const opened = openWriteTransaction<Rows>({ owner, locks, epoch, now, committed: () => tables });
    transactionByTx.set(opened.transaction.tx, opened);
    try {
      const result = await work(opened);
      if (openSnapshots > 0) {
        tables = copyTables(tables);
        openSnapshots = 0;
      }
      opened.commitTo(tables);
      return result;
    } finally {
      owner.isOpen = false;
      locks.releaseAll(owner);
    }
  };

  const run = async <Result>(work: (opened: Opened) => Promise<Result>): Promise<Result> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await runOnce(work);
      } catch (error) {
        if (!(error instanceof Deadlock)) throw error;
        if (attempt < MAX_DEADLOCK_ATTEMPTS) continue;
        throw new TidemarkError("UNAVAILABLE", { message: "The rows are contended; try again.", cause: error });
      }
    }
  };

  return {
    write: (work) => run(({ transaction }) => work(transaction)),
    async read(work) {
      const seen = tables;
      openSnapshots += 1;
      try {
        return await work(openSnapshot<Rows>(seen, epoch));
      } finally {
        if (seen === tables) openSnapshots -= 1;
      }
    },
    async recordChanges(tx, changes) {
      const opened = transactionByTx.get(tx);
      if (opened === undefined) throw new TypeError("Only a transaction's own handle records changes.");
      return opened.transaction.recordChanges(changes);
    },
    pruneDeletions: (before) => run((opened) => opened.pruneDeletions(before)),
    ensureDevice: (device) => run(({ transaction }) => transaction.createDevices([device])),
    acknowledge: ({ deviceId, ackSeq }) => run((opened) => opened.acknowledge(deviceId, ackSeq)),
    parkedOperations: async (deviceId) => [...tables.parked.values()].filter((kept) => kept.deviceId === deviceId),
    backUp: () => copyTables(tables),
  };
}

/** A millisecond later at each look, from 1970 on: times that a seed replays. */
function createTicker(): () => string {
  let milliseconds = 0;
  return () => new Date((milliseconds += 1)).toISOString();
}

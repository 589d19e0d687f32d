import { AsyncLocalStorage } from "node:async_hooks";
import type {
  DeviceProgress,
  NewVerdict,
  SyncChange,
  SyncReadTransaction,
  SyncStore,
  SyncWriteTransaction,
} from "@tidemark/api/server";
import type { MemoryRows } from "@tidemark/api/testing";
import type { Effect, ListsRows, ListsTx } from "./lists-server.ts";
import type { NodeLife } from "./node-life.ts";

export type ListsStore = SyncStore<ListsTx>;
export type ListsWrite = SyncWriteTransaction<ListsTx>;
export type ListsRead = SyncReadTransaction<ListsTx>;

/** What one transaction brought, at the moment of its commit. */
export interface Commit {
  readonly effects: readonly Effect[];
  readonly verdicts: readonly NewVerdict[];
  readonly progress: readonly DeviceProgress[];
  /** What was recorded in the change index, with its versions. */
  readonly changes: readonly SyncChange[];
}

/** What one request saw of the history: filled while it runs, read when it is answered. */
export interface RequestSight {
  /** How many transactions had committed when its first snapshot was taken. */
  snapshot: number | undefined;
}
/** The request that the code at hand runs for. */
export const currentRequest = new AsyncLocalStorage<RequestSight>();

/**
 * A store as one server process sees it: every statement may be made to wait, so that transactions interleave in every way
 * that a database allows; every commit is told in the order of commits; a process that is killed loses what it had not
 * committed.
 */
export function createSimulatedStore(deps: {
  readonly store: SyncStore<MemoryRows<ListsRows>>;
  readonly life: NodeLife;
  readonly committed: (commit: Commit) => void;
  readonly commitCount: () => number;
}): ListsStore {
  const { store, life } = deps;
  const originals = new WeakMap<ListsTx, MemoryRows<ListsRows>>();

  const wrapRows = (tx: MemoryRows<ListsRows>, run: RunStatement, took: (effect: Effect) => void): ListsTx => {
    const wrapped: ListsTx = {
      took,
      get: (entity, id) => run(() => tx.get(entity, id)),
      lock: (entity, id) => run(() => tx.lock(entity, id)),
      list: (entity) => run(() => tx.list(entity)),
      put: (entity, row) => run(() => tx.put(entity, row)),
      delete: (entity, id) => run(() => tx.delete(entity, id)),
    };
    originals.set(wrapped, tx);
    return wrapped;
  };

  return {
    ...store,
    async write(work) {
      await life.pause();
      const result = await store.write(async (transaction) => {
        const effects: Effect[] = [];
        const verdicts: NewVerdict[] = [];
        const progress: DeviceProgress[] = [];
        const recorded: SyncChange[] = [];
        const run = createConnection(life);
        const written = await work({
          ...transaction,
          tx: wrapRows(transaction.tx, run, (effect) => effects.push(effect)),
          epoch: () => run(transaction.epoch),
          lockDevices: (ids) => run(() => transaction.lockDevices(ids)),
          createDevices: (devices) => run(() => transaction.createDevices(devices)),
          findVerdicts: (query) => run(() => transaction.findVerdicts(query)),
          lockRows: (rows) => run(() => transaction.lockRows(rows)),
          parkOperations: (operations) => run(() => transaction.parkOperations(operations)),
          takeParked: (after) => run(() => transaction.takeParked(after)),
          removeParked: (position) => run(() => transaction.removeParked(position)),
          recordChanges: (changes) =>
            run(async () => {
              const numbered = await transaction.recordChanges(changes);
              recorded.push(...numbered);
              return numbered;
            }),
          saveVerdicts: (saved, devices) =>
            run(async () => {
              await transaction.saveVerdicts(saved, devices);
              verdicts.push(...saved);
              progress.push(...devices);
            }),
        });
        // A lock may have been waited for past the end of the process: the last pause looks.
        await life.pause();
        // From here to the commit nothing waits for anything but promises that are kept already.
        deps.committed({ effects, verdicts, progress, changes: recorded });
        return written;
      });
      // The commit stands, and its answer may still get lost.
      await life.pause();
      return result;
    },
    async read(work) {
      await life.pause();
      // No commit may be half told when the snapshot is taken.
      await life.turn();
      const sight = currentRequest.getStore();
      const run = createConnection(life);
      return store.read((snapshot) => {
        // A database with one connection lets nobody commit from here on.
        if (sight !== undefined) sight.snapshot ??= deps.commitCount();
        return work({
          ...snapshot,
          tx: wrapRows(snapshot.tx, run, () => undefined),
          device: (id) => run(() => snapshot.device(id)),
          windowStarts: (queries) => run(() => snapshot.windowStarts(queries)),
          scopeVersions: (scopes) => run(() => snapshot.scopeVersions(scopes)),
          changesAfter: (positions, limit) => run(() => snapshot.changesAfter(positions, limit)),
        });
      });
    },
    pruneDeletions: async (before) => (await life.pause(), store.pruneDeletions(before)),
    ensureDevice: async (device) => (await life.pause(), store.ensureDevice(device)),
    acknowledge: async (device) => (await life.pause(), store.acknowledge(device)),
    async recordChanges(tx, changes) {
      await life.pause();
      return store.recordChanges(originals.get(tx) ?? tx, changes);
    },
  };
}

type RunStatement = <Result>(statement: () => Promise<Result>) => Promise<Result>;

/**
 * The connection of one transaction: statements run one after the other in the order in which they were issued, each after
 * a pause, and none after one that failed.
 */
function createConnection(life: NodeLife): RunStatement {
  let last: Promise<unknown> = Promise.resolve();
  return (statement) => {
    const result = last.then(() => life.pause()).then(statement);
    last = result;
    return result;
  };
}

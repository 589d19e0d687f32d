import { SyncClientError } from "../errors.ts";
import { createDraft, emptyStores, type MemoryStores } from "./memory-draft.ts";
import type { StorageMode, StoreName, SyncStorage } from "./sync-storage.ts";

/** What outlives the tabs that use it: only whole transactions reach it. */
export interface MemoryDisk {
  /** As the last commit left it. */
  readonly stores: MemoryStores;
  /** The browser clears it under whoever uses it: unfinished transactions fail. */
  clear(): void;
}

export interface MemoryStorage extends SyncStorage {
  /** Its tab is killed: nothing of its unfinished transactions stays, and nobody hears of them any more. */
  kill(): void;
}

export interface MemoryStorageDeps {
  /** A disk's slowness: waited for when a transaction begins and before it is committed. */
  readonly pause?: (moment: "begin" | "commit") => Promise<void> | undefined;
}

/** Transactions in the order of their creation; one that writes excludes the others from its stores. */
interface Turn {
  readonly stores: readonly StoreName[];
  readonly isReading: boolean;
  isGranted: boolean;
  grant(): void;
}

interface SharedDisk extends MemoryDisk {
  stores: MemoryStores;
  turns: Turn[];
  /** Rises when everything is cleared. */
  generation: number;
}

const disks = new WeakMap<MemoryDisk, SharedDisk>();

export function createMemoryDisk(): MemoryDisk {
  const disk: SharedDisk = {
    stores: emptyStores(),
    turns: [],
    generation: 0,
    clear() {
      // Keys go on, as those of a database that is made anew do.
      disk.stores = { ...emptyStores(), lastKeys: disk.stores.lastKeys };
      disk.generation += 1;
    },
  };
  disks.set(disk, disk);
  return disk;
}

/**
 * Keeps everything in memory, with IndexedDB's promises: transactions are atomic, isolated and ordered. For simulations
 * and tests; a browser that cannot store anything durable is told so instead (C20).
 */
export function createMemoryStorage(memory: MemoryDisk, { pause }: MemoryStorageDeps = {}): MemoryStorage {
  const disk = disks.get(memory);
  if (disk === undefined) throw new TypeError("This disk was not made by createMemoryDisk.");
  const unfinished = new Set<Turn>();
  let isClosed = false;
  let isKilled = false;

  return {
    async transaction(mode, stores, work) {
      if (isKilled) return never();
      if (isClosed) throw new SyncClientError("STOPPED", "This client was stopped.");
      const { generation } = disk;
      const turn = await begin(mode, stores);
      try {
        await wait("begin", generation);
        const draft = createDraft(disk.stores, stores, mode);
        const result = await work(draft.transaction);
        await wait("commit", generation);
        disk.stores = draft.commitTo(disk.stores);
        return result;
      } finally {
        end(turn);
      }
    },
    close() {
      isClosed = true;
    },
    kill() {
      isKilled = true;
      for (const turn of unfinished) end(turn);
    },
  };

  function begin(mode: StorageMode, stores: readonly StoreName[]): Promise<Turn> {
    return new Promise((resolve) => {
      const turn: Turn = { stores, isReading: mode === "read", isGranted: false, grant: () => resolve(turn) };
      unfinished.add(turn);
      disk?.turns.push(turn);
      grantWaiting();
    });
  }

  async function wait(moment: "begin" | "commit", generation: number): Promise<void> {
    await pause?.(moment);
    if (isKilled) await never();
    if (generation !== disk?.generation) {
      throw new SyncClientError("STORAGE_FAILED", "The storage was cleared; nothing was saved. Try again.");
    }
  }

  function end(turn: Turn): void {
    unfinished.delete(turn);
    if (disk !== undefined) disk.turns = disk.turns.filter((other) => other !== turn);
    grantWaiting();
  }

  function grantWaiting(): void {
    const before: Turn[] = [];
    for (const turn of disk?.turns ?? []) {
      if (!turn.isGranted && !before.some((other) => excludes(other, turn))) {
        turn.isGranted = true;
        turn.grant();
      }
      before.push(turn);
    }
  }
}

const excludes = (left: Turn, right: Turn): boolean =>
  !(left.isReading && right.isReading) && left.stores.some((store) => right.stores.includes(store));

const never = () => new Promise<never>(() => {});

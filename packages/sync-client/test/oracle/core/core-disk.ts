import type { MemoryStores } from "../../../src/storage/memory-draft.ts";
import { createMemoryDisk, createMemoryStorage } from "../../../src/storage/memory-storage.ts";
import type { SyncStorage } from "../../../src/storage/sync-storage.ts";

/** A tab's way to its device's disk. */
export interface TabStorage extends SyncStorage {
  /** The tab is gone: nothing that it has not finished happens, and nobody hears of it. */
  kill(): void;
  /** Whether something of this tab's is on the disk, and the tab has not heard so yet. */
  isBehind(): boolean;
}

export interface TabStorageDeps {
  /** Of the contract that the tab's app speaks. */
  readonly contractVersion: number;
  /** The disk's slowness. */
  readonly pause?: (moment: "begin" | "commit") => Promise<void> | undefined;
}

/** What a device's tabs share, and what outlives them. */
export interface CoreDisk {
  /** As the last commit left it. */
  readonly stores: Pick<MemoryStores, "tables">;
  open(deps: TabStorageDeps): TabStorage;
  /** The browser clears it, under whoever uses it. */
  clear(): void;
}

export function createMemoryCoreDisk(): CoreDisk {
  const disk = createMemoryDisk();
  return {
    get stores() {
      return disk.stores;
    },
    open: ({ pause }) => ({ ...createMemoryStorage(disk, pause && { pause }), isBehind: () => false }),
    clear: disk.clear,
  };
}

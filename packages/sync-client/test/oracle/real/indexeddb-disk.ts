import { createIndexedDbStorage } from "../../../src/storage/indexeddb-storage.ts";
import { createTransaction } from "../../../src/storage/indexeddb-transaction.ts";
import { emptyStores, type MemoryStores } from "../../../src/storage/memory-draft.ts";
import type { StoreName } from "../../../src/storage/sync-storage.ts";
import type { CoreDisk, TabStorage, TabStorageDeps } from "../core/core-disk.ts";
import type { Activity } from "./activity.ts";

type Tables = MemoryStores["tables"];

export interface IndexedDbDisk extends CoreDisk {
  /** Nothing stays. */
  remove(): Promise<void>;
}

/** A device's database in fake-indexeddb, which the SDK's own storage opens, reads and writes. */
export function createIndexedDbDisk(name: string, activity: Activity): IndexedDbDisk {
  let tables: Tables = emptyStores().tables;
  /** One look after the other, so that a later one never shows less. */
  let looked: Promise<void> = Promise.resolve();
  let observer: IDBDatabase | undefined;

  return {
    get stores() {
      return { tables };
    },
    open: openStorage,
    clear() {
      tables = emptyStores().tables;
      void activity.during(remove);
    },
    remove,
  };

  async function remove(): Promise<void> {
    observer?.close();
    observer = undefined;
    await ended(indexedDB.deleteDatabase(name));
    tables = emptyStores().tables;
  }

  /** Reads what a commit has left in these stores, for the oracle. */
  async function look(stores: readonly StoreName[]): Promise<void> {
    observer ??= await observe();
    const tx = createTransaction(observer.transaction(stores, "readonly"));
    const read = await Promise.all(
      stores.map(
        async (store) => [store, new Map((await tx.list(store)).map((value) => [keyOf(value), value]))] as const,
      ),
    );
    tables = { ...tables, ...Object.fromEntries(read) };
  }

  async function observe(): Promise<IDBDatabase> {
    const request = indexedDB.open(name);
    await ended(request);
    const { result } = request;
    result.onversionchange = () => {
      result.close();
      observer = undefined;
    };
    return result;
  }

  function openStorage({ contractVersion, pause }: TabStorageDeps): TabStorage {
    const storage = createIndexedDbStorage({ name, contractVersion });
    let isKilled = false;
    /** Commits that the tab has not heard of. */
    let unheard = 0;
    /** A tab's transactions begin in the order of its calls, and end so. */
    let begun: Promise<void> = Promise.resolve();
    let ends: Promise<unknown> = Promise.resolve();

    const wait = async (moment: "begin" | "commit"): Promise<void> => {
      await pause?.(moment);
      if (isKilled) await new Promise<never>(() => {});
    };

    /** IndexedDB allows no wait inside: a slow disk lets its tabs wait before and behind a transaction. */
    const hear = async <Result>(transaction: Promise<Result>, before: Promise<unknown>): Promise<Result> => {
      await transaction.catch(() => undefined);
      unheard += 1;
      await wait("commit");
      await before;
      unheard -= 1;
      return transaction;
    };

    return {
      transaction(mode, stores, work) {
        const turn = begun.then(() => wait("begin"));
        begun = turn;
        const transaction = turn.then(() =>
          activity.during(async () => {
            const result = await storage.transaction(mode, stores, work);
            if (mode !== "read") await (looked = looked.then(() => look(stores)));
            return result;
          }),
        );
        const heard = hear(transaction, ends);
        ends = heard.catch(() => undefined);
        return heard;
      },
      close: storage.close,
      isBehind: () => unheard > 0,
      kill() {
        isKilled = true;
        storage.close();
      },
    };
  }
}

function ended(request: IDBOpenDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

/** As the memory's tables name their rows. */
function keyOf(value: object): string | number {
  if ("key" in value) return Number(value.key);
  if ("id" in value) return String(value.id);
  return "device";
}

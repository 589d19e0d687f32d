import { openDB, type IDBPDatabase, type IDBPTransaction } from "idb";
import { SyncClientError } from "../errors.ts";
import { createTransaction } from "./indexeddb-transaction.ts";
import { describeOpenFailure, describeStorageFailure, isAbort, isClosedConnection } from "./storage-errors.ts";
import type { StorageMode, StoreName, SyncStorage } from "./sync-storage.ts";

/** Rises with every change of the stores; `createStores` then learns the step. */
const SCHEMA_VERSION = 1;

type Handle = IDBPTransaction<unknown, StoreName[], "readwrite">;

/** Keeps everything in the IndexedDB database `name`, which all tabs share. */
export function createIndexedDbStorage({ name }: { readonly name: string }): SyncStorage {
  let connection: Promise<IDBPDatabase> | undefined;
  let isClosed = false;

  return {
    async transaction(mode, stores, work) {
      const handle = await begin(mode, stores);
      const writes: Promise<unknown>[] = [];
      try {
        const result = await work(createTransaction(handle, writes));
        await Promise.all(writes);
        await handle.done;
        return result;
      } catch (error) {
        await undo(handle, writes);
        // The abort's own reason (quota, mostly) says more than the request that it interrupted.
        throw isAbort(error) ? describeStorageFailure(handle.error ?? error) : error;
      }
    },
    close() {
      isClosed = true;
      void connection?.then(closeDatabase, ignoreFailedOpening);
    },
  };

  /** A connection that the browser closed under us (evicted, cleared) is opened again, once. */
  async function begin(mode: StorageMode, stores: readonly StoreName[]): Promise<Handle> {
    try {
      return beginOn(await connect(), mode, stores);
    } catch (error) {
      if (!isClosedConnection(error)) throw error;
      forget();
      return beginOn(await connect(), mode, stores);
    }
  }

  async function connect(): Promise<IDBPDatabase> {
    if (isClosed) throw new SyncClientError("STOPPED", "This client was stopped.");
    connection ??= openDatabase(name, forget);
    try {
      return await connection;
    } catch (error) {
      forget();
      throw describeOpenFailure(error);
    }
  }

  function forget(): void {
    connection = undefined;
  }
}

function openDatabase(name: string, onClosed: () => void): Promise<IDBPDatabase> {
  if (typeof indexedDB === "undefined") {
    throw new SyncClientError("STORAGE_UNAVAILABLE", "This browser has no IndexedDB; nothing can be kept offline.");
  }
  return new Promise((resolve, reject) => {
    let isRefused = false;
    const opening = openDB(name, SCHEMA_VERSION, {
      upgrade: createStores,
      blocked() {
        isRefused = true;
        reject(new SyncClientError("STORAGE_BLOCKED", "Another tab runs an older version of this app: close it."));
      },
      // Another tab wants to upgrade or delete the database: never stand in its way.
      blocking() {
        onClosed();
        void opening.then(closeDatabase);
      },
      terminated: onClosed,
    });
    opening.then((database) => (isRefused ? database.close() : resolve(database)), reject);
  });
}

function createStores(database: IDBPDatabase): void {
  database.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
  database.createObjectStore("settled", { keyPath: "key" });
  database.createObjectStore("deadLetters", { keyPath: "id" });
  database.createObjectStore("rows", { keyPath: ["entity", "id"] }).createIndex("byScope", "scope");
  database.createObjectStore("staged", { autoIncrement: true });
  database.createObjectStore("meta");
}

/** Typed as writable in each mode; a read's work calls nothing that writes. */
function beginOn(database: IDBPDatabase, mode: StorageMode, stores: readonly StoreName[]): Handle {
  const durability = mode === "durableWrite" ? "strict" : "relaxed";
  return database.transaction([...stores], mode === "read" ? "readonly" : "readwrite", { durability }) as Handle;
}

/** Rolls back, and waits until every request has heard of it, so that no rejection is left unheard. */
async function undo(handle: Handle, writes: readonly Promise<unknown>[]): Promise<void> {
  const ended = Promise.allSettled([handle.done, ...writes]);
  if (handle.error === null) {
    try {
      handle.abort();
    } catch (error) {
      // It had ended by itself between the failure and here.
      if (!isClosedConnection(error)) throw error;
    }
  }
  await ended;
}

const closeDatabase = (database: IDBPDatabase): void => database.close();
/** Whoever opened it has been told; there is nothing to close. */
const ignoreFailedOpening = (): void => {};

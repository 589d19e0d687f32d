import { stopped } from "../errors.ts";
import { openDatabase, type Opening } from "./database.ts";
import { createTransaction } from "./indexeddb-transaction.ts";
import { describeOpenFailure, describeStorageFailure, isAbort, isClosedConnection } from "./storage-errors.ts";
import type { StorageMode, StoreName, SyncStorage } from "./sync-storage.ts";

/** Keeps everything in the IndexedDB database `name`, which all tabs share. */
export function createIndexedDbStorage(options: {
  readonly name: string;
  /** The app's contract: a tab with an older one can no longer write once a newer one has opened the database. */
  readonly contractVersion: number;
}): SyncStorage {
  let opening: Opening | undefined;
  /** Open: what begins on it waits for nothing, and leaves nothing behind on the promises of its opening. */
  let connection: IDBDatabase | undefined;
  let isClosed = false;

  return {
    async transaction(mode, stores, work) {
      const handle = await begin(mode, stores);
      const done = completion(handle);
      try {
        const result = await work(createTransaction(handle));
        await done;
        return result;
      } catch (error) {
        await undo(handle, done);
        // The abort's own reason (quota, mostly) says more than the request that it interrupted.
        throw isAbort(error) ? describeStorageFailure(handle.error ?? error) : error;
      }
    },
    close() {
      isClosed = true;
      void opening?.database.then((database) => database.close(), ignore);
      forget();
    },
  };

  /** A connection that the browser closed under us (evicted, cleared) is opened again, once. */
  async function begin(mode: StorageMode, stores: readonly StoreName[]): Promise<IDBTransaction> {
    try {
      if (connection) return beginOn(connection, mode, stores);
    } catch (error) {
      if (!isClosedConnection(error)) throw error;
      forget();
    }
    return beginOn(await connect(), mode, stores);
  }

  async function connect(): Promise<IDBDatabase> {
    try {
      refuseClosed();
      opening ??= openDatabase({ ...options, onClosed: forget });
      opening.database.catch(forget);
      // Once the older tab is gone the database wins, whoever asked for it first.
      connection = await Promise.race([opening.database, opening.blocked]);
      // While it opened, too: it is closed by then.
      refuseClosed();
      return connection;
    } catch (error) {
      throw describeOpenFailure(error);
    }
  }

  function refuseClosed(): void {
    if (isClosed) throw stopped();
  }

  function forget(): void {
    opening = connection = undefined;
  }
}

function beginOn(database: IDBDatabase, mode: StorageMode, stores: readonly StoreName[]): IDBTransaction {
  const durability = mode === "durableWrite" ? "strict" : "relaxed";
  return database.transaction(stores, mode === "read" ? "readonly" : "readwrite", { durability });
}

function completion(handle: IDBTransaction): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    handle.oncomplete = () => resolve();
    handle.onabort = () => reject(describeStorageFailure(handle.error));
  });
  // The work may fail first; it is heard of there.
  done.catch(ignore);
  return done;
}

/** Rolls back, and waits until that is done. */
async function undo(handle: IDBTransaction, done: Promise<void>): Promise<void> {
  try {
    handle.abort();
  } catch (error) {
    // It had ended by itself.
    if (!isClosedConnection(error)) throw error;
  }
  await done.catch(ignore);
}

/** Whoever waits for it is told elsewhere. */
const ignore = (): void => {};

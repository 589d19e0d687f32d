import { SyncClientError } from "../errors.ts";
import { databaseVersion, migrate } from "./migrations.ts";

export interface DatabaseOptions {
  readonly name: string;
  readonly contractVersion: number;
  /** The browser has closed it, or it had to make way for another tab. */
  readonly onClosed: () => void;
}

/** A database on its way. */
export interface Opening {
  /** Pends while an older tab stands in the way. */
  readonly database: Promise<IDBDatabase>;
  /** Rejects when an older tab stands in the way; never resolves. */
  readonly blocked: Promise<never>;
}

/** @throws ReferenceError where there is no IndexedDB */
export function openDatabase({ name, contractVersion, onClosed }: DatabaseOptions): Opening {
  const request = indexedDB.open(name, databaseVersion(contractVersion));
  const database = new Promise<IDBDatabase>((resolve, reject) => {
    request.onupgradeneeded = ({ oldVersion }) => {
      if (request.transaction) migrate(request.transaction, oldVersion);
    };
    request.onsuccess = () => {
      const { result } = request;
      // Another tab wants to upgrade or delete the database: never stand in its way.
      result.onversionchange = () => {
        onClosed();
        result.close();
      };
      result.onclose = onClosed;
      resolve(result);
    };
    request.onerror = () => reject(request.error);
  });
  const blocked = new Promise<never>((_, reject) => {
    request.onblocked = () =>
      reject(
        new SyncClientError("STORAGE_BLOCKED", "Another tab runs an older version of this app: close or reload it."),
      );
  });
  return { database, blocked };
}

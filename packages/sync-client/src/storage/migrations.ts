import { systemClock } from "../clock.ts";

/** One step of the stores' layout; it may read and rewrite what is stored, within the transaction of the upgrade. */
export type Migration = (transaction: IDBTransaction) => void;

/** More than are ever queued in one; keys stay exact, below 2^53, until the year 2109. */
const KEYS_A_MS = 2_048;

/** The step at position n makes layout n + 1 out of layout n. What has been released is never changed, only added to. */
export const MIGRATIONS: readonly Migration[] = [
  ({ db }) => {
    const outbox = db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
    // Where a database was cleared, the next one's keys lie behind its own: no operation passes for another's (S43).
    outbox.put({ key: systemClock.now() * KEYS_A_MS });
    outbox.clear();
    db.createObjectStore("settled", { keyPath: "key" });
    db.createObjectStore("deadLetters", { keyPath: "id" });
    db.createObjectStore("rows", { keyPath: ["entity", "id"] }).createIndex("byScope", "scope");
    db.createObjectStore("staged", { autoIncrement: true });
    db.createObjectStore("meta");
  },
  // What was applied stays in the outbox until a pull shows it: moving it took space just where there was none.
  (transaction) => {
    const settled = transaction.objectStore("settled").getAll();
    settled.onsuccess = () => {
      for (const operation of settled.result) transaction.objectStore("outbox").put(operation);
      transaction.db.deleteObjectStore("settled");
    };
  },
  // Rows lay there one by one; a pull under way begins again at its cursor.
  (transaction) => {
    const { db } = transaction;
    const pages = db.createObjectStore("pages", { keyPath: "key" });
    const rows = transaction.objectStore("rows").getAll();
    rows.onsuccess = () => {
      const { result } = rows;
      let last = 0;
      // As many as a page has that was pulled: browsers refuse a record above some size.
      while (result.length > 0) {
        pages.put({ key: (last += 1), isFirst: last === 1, removedScopes: [], changes: result.splice(0, 1_000) });
      }
      db.deleteObjectStore("rows");
      db.deleteObjectStore("staged");
      const meta = transaction.objectStore("meta");
      const device = meta.get("device");
      device.onsuccess = () => {
        if (!device.result) return;
        meta.put({ ...device.result, stagedCursor: undefined, pages: { shown: last, last, room: 0 } }, "device");
      };
    };
  },
];

/** Room for layouts under each contract version. */
const LAYOUTS = 100;

/**
 * The database's version, by contract and layout: a newer app of either kind upgrades it, and no older one opens it any
 * more or writes operations that the newer one would take for its own.
 */
export const databaseVersion = (contractVersion: number, layout = MIGRATIONS.length): number =>
  contractVersion * LAYOUTS + layout;

/** Brings a database of an older version up to the newest layout; what throws leaves it as it was. */
export function migrate(transaction: IDBTransaction, oldVersion: number, migrations = MIGRATIONS): void {
  for (const step of migrations.slice(oldVersion % LAYOUTS)) step(transaction);
}

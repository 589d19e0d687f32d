import { installBench } from "../install-bench.ts";
import { toQueuedWrite } from "../queued-write.ts";
import type { Write } from "../system.ts";

/** IndexedDB as it is: the least that has to be done for a durable write. */
let database: IDBDatabase | undefined;

installBench({
  durability: "strict",
  async open() {
    database = await openDatabase();
    const transaction = database.transaction(["rows", "outbox"]);
    const [rows, outbox] = [transaction.objectStore("rows").getAll(), transaction.objectStore("outbox").getAll()];
    await completion(transaction);
    return [rows.result, outbox.result];
  },
  enqueue: (write) => put([write]),
  enqueueTogether: put,
  async close() {
    database?.close();
  },
});

/** Every write of the same moment in one transaction. */
function put(writes: readonly Write[]): Promise<void> {
  if (database === undefined) throw new TypeError("Not open.");
  const transaction = database.transaction("outbox", "readwrite", { durability: "strict" });
  const outbox = transaction.objectStore("outbox");
  for (const write of writes) outbox.put(toQueuedWrite(write));
  return completion(transaction);
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("raw", 1);
    opening.addEventListener("upgradeneeded", () => {
      opening.result.createObjectStore("rows", { keyPath: "id" });
      opening.result.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
    });
    opening.addEventListener("success", () => resolve(opening.result));
    opening.addEventListener("error", () => reject(opening.error ?? new TypeError("No database.")));
  });
}

function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new TypeError("Aborted.")));
  });
}

import type { Note, Write } from "../../notes.ts";
import { installBench } from "../install-bench.ts";
import { toQueuedWrite, type QueuedWrite } from "../queued-write.ts";
import { applyWrites } from "../system.ts";

/** IndexedDB as it is: the least that has to be done for a durable write, and for an outbox by hand. */
type Queued = QueuedWrite & { readonly key: number };

const DRAIN_CHUNK = 500;
let database: IDBDatabase | undefined;

installBench({
  durability: "strict",
  async open() {
    database = await openDatabase();
    const transaction = database.transaction(["rows", "outbox"]);
    return Promise.all([
      resultOf<Note[]>(transaction.objectStore("rows").getAll()),
      resultOf<Queued[]>(transaction.objectStore("outbox").getAll()),
    ]);
  },
  fill: (notes) => write("rows", (rows) => notes.forEach((note) => rows.put(note))),
  enqueue: (entry) => enqueueTogether([entry]),
  enqueueTogether,
  read: () => resultOf<Note[]>(opened().transaction("rows").objectStore("rows").getAll()),
  async drain() {
    for (let batch = await head(); batch.length > 0; batch = await head()) {
      await settle(batch, await applyWrites(batch));
    }
  },
  close: async () => opened().close(),
});

/** Every write of the same moment in one transaction. */
function enqueueTogether(writes: readonly Write[]): Promise<void> {
  return write("outbox", (outbox) => writes.forEach((entry) => outbox.put(toQueuedWrite(entry))));
}

const head = (): Promise<readonly Queued[]> =>
  resultOf<Queued[]>(opened().transaction("outbox").objectStore("outbox").getAll(null, DRAIN_CHUNK));

/** What the server has taken leaves the queue in the transaction that brings its rows. */
function settle(batch: readonly Queued[], notes: readonly Note[]): Promise<void> {
  const transaction = opened().transaction(["rows", "outbox"], "readwrite", { durability: "strict" });
  const rows = transaction.objectStore("rows");
  for (const note of notes) rows.put(note);
  transaction.objectStore("outbox").delete(IDBKeyRange.upperBound(batch.at(-1)?.key));
  return completion(transaction);
}

function write(store: string, work: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = opened().transaction(store, "readwrite", { durability: "strict" });
  work(transaction.objectStore(store));
  return completion(transaction);
}

function opened(): IDBDatabase {
  if (database === undefined) throw new TypeError("Not open.");
  return database;
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open("raw", 1);
  opening.addEventListener("upgradeneeded", () => {
    opening.result.createObjectStore("rows", { keyPath: "id" });
    opening.result.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
  });
  return resultOf<IDBDatabase>(opening);
}

/** What a store answers is what this file has put into it. */
function resultOf<Result>(request: IDBRequest): Promise<Result>;
function resultOf(request: IDBRequest<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new TypeError("Refused.")));
  });
}

function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new TypeError("Aborted.")));
  });
}

import { Dexie, liveQuery, type EntityTable } from "dexie";
import { LIST_ID, type Note, type Write } from "../../notes.ts";
import { installBench } from "../install-bench.ts";
import { toQueuedWrite, type QueuedWrite } from "../queued-write.ts";
import { applyWrites } from "../system.ts";

type Queued = QueuedWrite & { readonly key: number };
const DRAIN_CHUNK = 500;

/**
 * A hand-written outbox on Dexie: a write and its effect on the rows in one transaction, as Dexie Cloud does it, so that a
 * person sees it at once and after a restart.
 */
class Notes extends Dexie {
  declare rows: EntityTable<Note, "id">;
  declare outbox: EntityTable<Queued, "key">;
  constructor() {
    super("dexie", { chromeTransactionDurability: "strict" });
    this.version(1).stores({ rows: "id, [listId+at]", outbox: "++key" });
  }
}
const database = new Notes();
const { rows, outbox } = database;

installBench({
  durability: "strict",
  open: () => Promise.all([rows.toArray(), outbox.toArray()]),
  async fill(notes) {
    await rows.bulkPut([...notes]);
  },
  enqueue: (write) => enqueueTogether([write]),
  enqueueTogether,
  read: () => rows.toArray(),
  watch: (limit, onRows) =>
    new Promise((resolve) => {
      const newest = () =>
        rows.where("[listId+at]").between([LIST_ID, Dexie.minKey], [LIST_ID, Dexie.maxKey]).reverse();
      const subscription = liveQuery(() => (limit === null ? newest() : newest().limit(limit)).toArray()).subscribe(
        (notes) => {
          onRows(notes);
          resolve(() => subscription.unsubscribe());
        },
      );
    }),
  edit: (write) => enqueueTogether([write]),
  async drain() {
    for (let batch = await head(); batch.length > 0; batch = await head()) {
      await settle(batch, await applyWrites(batch));
    }
  },
  close: async () => database.close(),
});

function enqueueTogether(writes: readonly Write[]): Promise<void> {
  return database.transaction("rw", rows, outbox, async () => {
    const queued = writes.map(toQueuedWrite);
    const added = queued.flatMap(({ name, args, at }) => (name === "note.add" ? [{ ...args, at }] : []));
    const changed = queued.flatMap(({ name, args: { id, text } }) =>
      name === "note.edit" ? [{ key: id, changes: { text } }] : [],
    );
    await Promise.all([
      outbox.bulkAdd(queued),
      ...(added.length === 0 ? [] : [rows.bulkPut(added)]),
      ...(changed.length === 0 ? [] : [rows.bulkUpdate(changed)]),
    ]);
  });
}

const head = (): Promise<readonly Queued[]> => outbox.limit(DRAIN_CHUNK).toArray();

/** What the server has taken leaves the queue in the transaction that brings its rows. */
const settle = (batch: readonly Queued[], notes: readonly Note[]): Promise<void> =>
  database.transaction("rw", rows, outbox, async () => {
    await rows.bulkPut([...notes]);
    await outbox.where(":id").belowOrEqual(batch.at(-1)?.key).delete();
  });

import { Dexie, liveQuery, type EntityTable } from "dexie";
import { LIST_ID, type Note } from "../../notes.ts";
import { installBench } from "../install-bench.ts";
import { toQueuedWrite, type QueuedWrite } from "../queued-write.ts";
import { post } from "../system.ts";

type Queued = QueuedWrite & { readonly key: number };
const DRAIN_CHUNK = 500;

/** A hand-written outbox on Dexie; a write is the queue's alone, its effect on the rows would come on top. */
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
  async enqueue(write) {
    await outbox.add(toQueuedWrite(write));
  },
  async enqueueTogether(writes) {
    await outbox.bulkAdd(writes.map(toQueuedWrite));
  },
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
  async edit({ args }) {
    await rows.update(args.id, { text: args.text });
  },
  async drain() {
    for (let batch = await head(); batch.length > 0; batch = await head()) {
      await post("/apply", batch);
      await settle(batch);
    }
  },
  close: async () => database.close(),
});

const head = (): Promise<readonly Queued[]> => outbox.limit(DRAIN_CHUNK).toArray();

/** What the server has taken leaves the queue in the transaction that brings its rows. */
const settle = (batch: readonly Queued[]): Promise<void> =>
  database.transaction("rw", rows, outbox, async () => {
    await rows.bulkPut(batch.map(({ args, at }) => ({ listId: LIST_ID, at, ...args })));
    await outbox.bulkDelete(batch.map(({ key }) => key));
  });

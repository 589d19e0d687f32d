import { Dexie, type EntityTable } from "dexie";
import { installBench } from "../install-bench.ts";
import { toQueuedWrite, type QueuedWrite } from "../queued-write.ts";
import type { Note } from "../system.ts";

type Queued = QueuedWrite & { readonly key: number };

/** A hand-written outbox on Dexie. */
class Notes extends Dexie {
  declare rows: EntityTable<Note, "id">;
  declare outbox: EntityTable<Queued, "key">;
  constructor() {
    super("dexie", { chromeTransactionDurability: "strict" });
    this.version(1).stores({ rows: "id, [listId+at]", outbox: "++key" });
  }
}
const database = new Notes();

installBench({
  durability: "strict",
  open: () => Promise.all([database.rows.toArray(), database.outbox.toArray()]),
  async enqueue(write) {
    await database.outbox.add(toQueuedWrite(write));
  },
  async enqueueTogether(writes) {
    await database.outbox.bulkAdd(writes.map(toQueuedWrite));
  },
  close: async () => database.close(),
});

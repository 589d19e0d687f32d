import type { PullOutput } from "@tidemark/api/contracts";
import { createRxDatabase, type RxCollection, type RxDatabase } from "rxdb";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import { LIST_ID, type Note, type Write } from "../../notes.ts";
import { installBench } from "../install-bench.ts";
import { applyWrites, noteOf, post } from "../system.ts";

/** RxDB keeps no queue: what its replication has not pushed yet are the documents changed since its checkpoint. */
let database: RxDatabase<{ notes: RxCollection<Note> }> | undefined;

const schema = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 36 },
    listId: { type: "string", maxLength: 36 },
    text: { type: "string" },
    at: { type: "string", maxLength: 24 },
  },
  required: ["id", "listId", "text", "at"],
  indexes: [["listId", "at"]],
} as const;

installBench({
  durability: "strict",
  async open() {
    const opened = await createRxDatabase<{ notes: RxCollection<Note> }>({
      name: "rxdb",
      storage: getRxStorageDexie({ chromeTransactionDurability: "strict" }),
      eventReduce: true,
    });
    await opened.addCollections({ notes: { schema } });
    database = opened;
    return notes().find().exec();
  },
  fill: () => replicate("pull"),
  enqueue: write,
  async enqueueTogether(writes) {
    const added = writes.flatMap((entry) => (entry.name === "note.add" ? [toNote(entry)] : []));
    await notes().bulkInsert(added);
    const edits = new Map(writes.flatMap(({ name, args }) => (name === "note.edit" ? [[args.id, args.text]] : [])));
    if (edits.size === 0) return;
    const found = await notes()
      .findByIds([...edits.keys()])
      .exec();
    await notes().bulkUpsert([...found.values()].map((note) => ({ ...note.toJSON(), text: edits.get(note.id) ?? "" })));
  },
  async read() {
    return notes().find().exec();
  },
  watch: (limit, onRows) =>
    new Promise((resolve) => {
      const query = notes().find({
        selector: { listId: LIST_ID },
        sort: [{ at: "desc" }],
        ...(limit !== null && { limit }),
      });
      const subscription = query.$.subscribe((rows) => {
        onRows(rows);
        resolve(() => subscription.unsubscribe());
      });
    }),
  async drain() {
    await replicate("both");
    // What the server made of the pushed documents it tells a pull alone.
    await replicate("pull");
  },
  async close() {
    await database?.close();
  },
});

async function write(entry: Write): Promise<void> {
  if (entry.name === "note.add") await notes().insert(toNote(entry));
  else await (await notes().findOne(entry.args.id).exec(true)).incrementalPatch({ text: entry.args.text });
}

function toNote({ args }: Extract<Write, { readonly name: "note.add" }>): Note {
  return { ...args, at: new Date(performance.timeOrigin + performance.now()).toISOString() };
}

/** One run of its own replication protocol, in batches as large as ours. */
async function replicate(direction: "pull" | "both"): Promise<void> {
  const replication = replicateRxCollection<Note, { readonly cursor: string }>({
    collection: notes(),
    replicationIdentifier: "bench",
    live: false,
    pull: {
      batchSize: 1_000,
      async handler(checkpoint, limit) {
        const asked = { deviceId: "rxdb", cursor: checkpoint?.cursor ?? null, limit };
        const { cursor, changes } = (await post("/pull", asked)) as PullOutput;
        const documents = changes.map((change) => ({ ...noteOf(change), _deleted: false }));
        return { documents, checkpoint: { cursor } };
      },
    },
    ...(direction === "both" && {
      push: {
        batchSize: 500,
        async handler(rows) {
          const writes = rows.map(({ newDocumentState: { id, listId, text }, assumedMasterState }): Write => {
            return assumedMasterState === undefined
              ? { name: "note.add", args: { id, listId, text } }
              : { name: "note.edit", args: { id, text } };
          });
          await applyWrites(writes);
          return [];
        },
      },
    }),
  });
  // Before that, its checkpoint is not stored, and what it has brought would come again.
  await replication.awaitInSync();
  await replication.cancel();
}

function notes(): RxCollection<Note> {
  if (database === undefined) throw new TypeError("Not open.");
  return database.notes;
}

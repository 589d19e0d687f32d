import { createCollection, createLiveQueryCollection, type SyncConfig } from "@tanstack/db";
import { IndexedDBAdapter, startOfflineExecutor, type OfflineExecutor } from "@tanstack/offline-transactions";
import { makeNotes, type Note, type Write } from "../../notes.ts";
import { installBench } from "../install-bench.ts";
import { applyWrites } from "../system.ts";

/**
 * Its outbox is durable once the storage has taken a transaction, which it tells nobody: the storage is wrapped to hear
 * of it. Rows are not stored; they are given to the collection at once, as by a server without a network.
 */
let isOnline = false;
let onOnline = (): void => {};
let executor: OfflineExecutor | undefined;
let server: Parameters<SyncConfig<Note, string>["sync"]>[0] | undefined;
const stored = new Map<string, () => void>();
const ROWS_KEY = "rows";

const collection = createCollection<Note, string>({
  id: "notes",
  getKey: ({ id }) => id,
  sync: {
    sync(params) {
      server = params;
      params.markReady();
    },
  },
});

installBench({
  durability: "request",
  // Each write looks at all that wait before it: ten thousand take a quarter of an hour.
  maxItems: 1_000,
  async open() {
    collection.startSyncImmediate();
    giveRows(makeNotes(Number(localStorage.getItem(ROWS_KEY) ?? 0)));
    executor = startOfflineExecutor({
      collections: { notes: collection },
      mutationFns: { write: async ({ transaction: { mutations } }) => send(mutations) },
      storage: createStorage(),
      onlineDetector: {
        subscribe(listener) {
          onOnline = listener;
          return () => {};
        },
        notifyOnline: () => onOnline(),
        isOnline: () => isOnline,
        dispose: () => {},
      },
    });
    await executor.waitForInit();
    return collection.toArray;
  },
  async fill(notes) {
    localStorage.setItem(ROWS_KEY, String(notes.length));
    giveRows(notes);
  },
  enqueue,
  async enqueueTogether(writes) {
    await Promise.all(writes.map(enqueue));
  },
  read: async () => collection.toArray,
  async watch(limit, onRows) {
    const live = createLiveQueryCollection({
      startSync: true,
      query: (query) => {
        const sorted = query.from({ note: collection }).orderBy(({ note }) => note.at, "desc");
        return limit === null ? sorted : sorted.limit(limit);
      },
    });
    await live.preload();
    const subscription = live.subscribeChanges(() => onRows(live.toArray));
    onRows(live.toArray);
    return () => subscription.unsubscribe();
  },
  async drain() {
    isOnline = true;
    onOnline();
    // To count is free; to read the outbox, which has its last one still for a moment, is not.
    while (opened().getPendingCount() > 0 || (await opened().peekOutbox()).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  async close() {
    localStorage.clear();
    opened().dispose();
    await new IndexedDBAdapter().clear();
  },
});

function enqueue(write: Write): Promise<void> {
  const offline = opened().createOfflineTransaction({ mutationFnName: "write", autoCommit: false });
  return new Promise((resolve, reject) => {
    stored.set(`tx:${offline.id}`, resolve);
    offline.mutate(() => change(write));
    // Ends when the server has taken it; that is not waited for here.
    offline.commit().catch(reject);
  });
}

function change({ name, args }: Write): void {
  if (name === "note.edit") collection.update(args.id, (note) => Object.assign(note, { text: args.text }));
  else collection.insert({ ...args, at: new Date(performance.timeOrigin + performance.now()).toISOString() });
}

interface Mutation {
  readonly type: "insert" | "update" | "delete";
  readonly modified: unknown;
}

function toWrite({ type, modified }: Mutation): Write {
  const { id, listId, text } = modified as Note;
  return type === "insert"
    ? { name: "note.add", args: { id, listId, text } }
    : { name: "note.edit", args: { id, text } };
}

/** Brings the rows as the server has them now: what was shown before its answer goes with the transaction. */
async function send(mutations: readonly Mutation[]): Promise<void> {
  const notes = await applyWrites(mutations.map(toWrite));
  giveRows(notes, mutations);
}

function giveRows(notes: readonly Note[], mutations: readonly Mutation[] = []): void {
  if (server === undefined) throw new TypeError("The collection does not sync.");
  server.begin();
  for (const [position, value] of notes.entries()) {
    server.write({ type: mutations[position]?.type ?? "insert", value: { ...value } });
  }
  void server.commit();
}

function createStorage() {
  const inner = new IndexedDBAdapter();
  return {
    get: (key: string) => inner.get(key),
    async set(key: string, value: string) {
      await inner.set(key, value);
      stored.get(key)?.();
      stored.delete(key);
    },
    delete: (key: string) => inner.delete(key),
    keys: () => inner.keys(),
    clear: () => inner.clear(),
  };
}

function opened(): OfflineExecutor {
  if (executor === undefined) throw new TypeError("Not open.");
  return executor;
}

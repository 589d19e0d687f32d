import type { PullOutput, PushOutput } from "@tidemark/api/contracts";
import { createSync, type SyncClient } from "@tidemark/sync-client";
import { notesContract } from "../../notes-contract.ts";
import { LIST_ID } from "../../notes.ts";
import { installBench } from "../install-bench.ts";
import { post } from "../system.ts";

let isOnline = false;
let sync: SyncClient<typeof notesContract> | undefined;
/** An app keeps the query that it asks again and again, as RxDB does of itself. */
let all: ReturnType<typeof newest>;

installBench({
  durability: "strict",
  open,
  async fill() {
    await syncAll();
    isOnline = false;
  },
  async enqueue({ name, args }) {
    await opened().enqueue(name, args);
  },
  async enqueueTogether(writes) {
    await Promise.all(writes.map(({ name, args }) => opened().enqueue(name, args)));
  },
  read: async () => all.get(),
  async watch(limit, onRows) {
    const query = newest(limit);
    const stop = query.subscribe(() => onRows(query.get()));
    onRows(query.get());
    return stop;
  },
  drain: syncAll,
  close: () => opened().stop(),
});

async function open(): Promise<void> {
  sync = createSync({
    contract: notesContract,
    trpc: { sync: { push: { mutate }, pull: { query } } },
    user: { id: "bench" },
  });
  all = newest(null);
  await sync.opened;
}

const mutate = (input: unknown): Promise<PushOutput> => answer("/push", input);
const query = (input: unknown): Promise<PullOutput> => answer("/pull", input);

/** The bench's server is our own: what it answers is what the protocol says. */
function answer<Output>(path: "/push" | "/pull", input: unknown): Promise<Output>;
function answer(path: "/push" | "/pull", input: unknown): Promise<unknown> {
  return isOnline ? post(path, input) : Promise.reject(new TypeError("This page is offline."));
}

const newest = (limit: number | null) =>
  opened().query("note", { index: "byList", equals: [LIST_ID], order: "desc", ...(limit !== null && { limit }) });

function opened(): SyncClient<typeof notesContract> {
  if (sync === undefined) throw new TypeError("Not open.");
  return sync;
}

async function syncAll(): Promise<void> {
  isOnline = true;
  const { status, syncNow } = opened();
  for (await syncNow(); status.get().state !== "synced"; await syncNow());
}

import type { PullOutput } from "@tidemark/api/contracts";
import type { PullResponseOKV1, ReadTransaction, WriteTransaction } from "replicache";
import { ReplicacheImpl } from "replicache/impl";
import type { Note, Write } from "../notes.ts";
import { installBench } from "./install-bench.ts";
import { applyWrites, noteOf, post } from "./system.ts";

/** Stored as JSON, which Replicache wants to have an index signature. */
type StoredNote = Note & Readonly<Record<string, string>>;
type Args<Name> = Extract<Write, { readonly name: Name }>["args"] & Readonly<Record<string, string>>;

const MAX_PERSIST_MS = 120_000;
const PREFIX = "note/";
const mutators = {
  async add(tx: WriteTransaction, args: Args<"note.add"> & { readonly at: string }) {
    await tx.set(PREFIX + args.id, args);
  },
  async edit(tx: WriteTransaction, { id, text }: Args<"note.edit">) {
    const note = await tx.get<StoredNote>(PREFIX + id);
    if (note !== undefined) await tx.set(PREFIX + id, { ...note, text });
  },
};
type Replica = ReplicacheImpl<typeof mutators>;

/**
 * Replicache acknowledges a mutation in memory and stores it later, when the page is idle. With `isPersistAwaited` each
 * call (each group of calls of one moment) also waits for that: `persist` of its implementation, which it does not
 * document; its transactions are relaxed.
 */
export function installReplicacheBench({ isPersistAwaited }: { readonly isPersistAwaited: boolean }): void {
  let isOnline = false;
  let replica: Replica | undefined;
  const lastIds: Record<string, number> = {};

  const opened = (): Replica => {
    if (replica === undefined) throw new TypeError("Not open.");
    return replica;
  };
  const acknowledged = async (mutations: readonly Promise<unknown>[]): Promise<void> => {
    await Promise.all(mutations);
    if (isPersistAwaited) await persist(opened());
  };
  const mutate = ({ name, args }: Write): Promise<unknown> =>
    name === "note.add"
      ? opened().mutate.add({ ...args, at: new Date(performance.timeOrigin + performance.now()).toISOString() })
      : opened().mutate.edit({ ...args });

  installBench({
    durability: isPersistAwaited ? "relaxed" : "memory",
    async open() {
      replica = create();
      return opened().query(allNotes);
    },
    async fill() {
      isOnline = true;
      await opened().pull({ now: true });
      await persist(opened());
      isOnline = false;
    },
    enqueue: (write) => acknowledged([mutate(write)]),
    enqueueTogether: (writes) => acknowledged(writes.map(mutate)),
    read: () => opened().query(allNotes),
    watch: (limit, onRows) =>
      new Promise((resolve) => {
        const stop = opened().subscribe((tx) => notesOf(tx, limit), {
          onData(notes) {
            onRows(notes);
            resolve(() => stop());
          },
        });
      }),
    async drain() {
      isOnline = true;
      const waiting = async () => (await opened().experimentalPendingMutations()).length > 0;
      for (let isWaiting = await waiting(); isWaiting; isWaiting = await waiting()) {
        await opened().push({ now: true });
        await opened().pull({ now: true });
      }
      await acknowledged([]);
    },
    close: () => opened().close(),
  });

  function create(): Replica {
    return new ReplicacheImpl({
      name: "bench",
      mutators,
      logLevel: "error",
      pullInterval: null,
      async pusher(request) {
        if (!isOnline || request.pushVersion !== 1) {
          return { httpRequestInfo: { httpStatusCode: 503, errorMessage: "offline" } };
        }
        // It pushes again what no pull has confirmed; its servers know a mutation by its id, this one does not.
        const mutations = request.mutations.filter(({ clientID, id }) => id > (lastIds[clientID] ?? 0));
        if (mutations.length > 0)
          await applyWrites(mutations.map(({ name, args }) => ({ name: `note.${name}`, args }) as Write));
        for (const { clientID, id } of mutations) lastIds[clientID] = id;
        return { httpRequestInfo: { httpStatusCode: 200, errorMessage: "" } };
      },
      async puller({ cookie }) {
        if (!isOnline) return { httpRequestInfo: { httpStatusCode: 503, errorMessage: "offline" } };
        // As they are when the rows are asked for: what is pushed meanwhile may not be among these.
        const lastMutationIDChanges = { ...lastIds };
        const output = (await post("/pull", { deviceId: "replicache", cursor: cookie, limit: 1e9 })) as PullOutput;
        return {
          response: { ...toResponse(output), lastMutationIDChanges },
          httpRequestInfo: { httpStatusCode: 200, errorMessage: "" },
        };
      },
    });
  }

  function toResponse({ cursor, changes }: PullOutput): Omit<PullResponseOKV1, "lastMutationIDChanges"> {
    const patch = changes.map((change) => {
      return { op: "put" as const, key: PREFIX + change.id, value: { ...noteOf(change) } };
    });
    return { cookie: Number(cursor), patch };
  }
}

/** It fails while another one runs, such as Replicache's own when the page is idle. */
async function persist(replica: Replica): Promise<void> {
  const giveUpAt = performance.now() + MAX_PERSIST_MS;
  while (performance.now() < giveUpAt) {
    const failure: unknown = await replica.persist().catch((error: unknown) => error);
    if (failure === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new TypeError("Replicache did not persist.");
}

const allNotes = (tx: ReadTransaction): Promise<readonly Note[]> => notesOf(tx, null);
const notesOf = (tx: ReadTransaction, limit: number | null): Promise<readonly StoredNote[]> =>
  tx
    .scan<StoredNote>({ prefix: PREFIX, ...(limit !== null && { limit }) })
    .values()
    .toArray();

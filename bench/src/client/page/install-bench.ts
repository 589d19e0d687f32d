import { createWriter, makeNotes, type Note, type Write } from "../notes.ts";
import type { PageBench, Turn } from "../page-api.ts";
import type { ClientSystem } from "./system.ts";

/** Writes of one transaction while a queue is made. */
const SEED_CHUNK = 1_000;

/** Lets the driver run the system of this page. */
export function installBench(system: ClientSystem): void {
  globalThis.bench = createPageBench(system);
}

function createPageBench(system: ClientSystem): PageBench {
  const writer = createWriter(Math.floor(performance.timeOrigin));
  /** What is open stays in memory, as in an app. */
  const held = new Map<"open", unknown>();

  return {
    durability: system.durability,
    maxItems: system.maxItems ?? Infinity,
    missing: [
      ...(system.watch === undefined ? (["watch"] as const) : []),
      ...(system.drain === undefined ? (["drain"] as const) : []),
    ],
    open: () =>
      repeat(0, async () => {
        held.set("open", await system.open());
        return 1;
      }),
    async seed({ rows, queue }) {
      const notes = makeNotes(rows);
      if (rows > 0) await system.fill(notes);
      const queued: Write[] = [];
      while (queued.length < queue) {
        const writes = writer.mixed(notes, Math.min(SEED_CHUNK, queue - queued.length));
        await system.enqueueTogether(writes);
        queued.push(...writes);
      }
      return queued;
    },
    enqueueOneByOne: ({ forMs }) => repeat(forMs, () => system.enqueue(writer.add()).then(() => 1)),
    enqueueTogether: ({ count, forMs }) =>
      repeat(forMs, () => system.enqueueTogether(Array.from({ length: count }, writer.add)).then(() => count)),
    read: ({ forMs }) => repeat(forMs, async () => (await system.read()).length),
    async editWatched({ limit, forMs }) {
      const { watch, edit = system.enqueue } = system;
      if (watch === undefined) throw new TypeError("There is nothing to subscribe to.");
      const shown = createShown();
      const stop = await watch(limit, shown.set);
      try {
        return await repeat(forMs, async () => {
          const position = shown.middle();
          const write = writer.edit(shown.at(position));
          const seen = shown.until(position, write.args.text);
          await Promise.all([edit(write), seen]);
          return 1;
        });
      } finally {
        stop();
      }
    },
    drain: () =>
      repeat(0, async () => {
        await system.drain?.();
        return 1;
      }),
    async shown() {
      // Of some systems they are more than data.
      return (await system.read()).map(({ id, listId, text, at }) => ({ id, listId, text, at }));
    },
    async clear() {
      held.clear();
      await system.close();
      for (const { name } of await indexedDB.databases()) await deleteDatabase(name ?? "");
    },
  };
}

/** What a subscriber was last given. */
function createShown() {
  let notes: readonly Note[] = [];
  let waiting: { readonly position: number; readonly text: string; readonly resolve: () => void } | undefined;
  let edits = 0;
  return {
    set(next: readonly Note[]) {
      notes = next;
      if (waiting === undefined || notes[waiting.position]?.text !== waiting.text) return;
      waiting.resolve();
      waiting = undefined;
    },
    /** Where a note is shown: near the middle, another one each time. */
    middle(): number {
      edits += 1;
      return (Math.floor(notes.length / 2) + (edits % 10)) % notes.length;
    },
    at(position: number): Note {
      const note = notes[position];
      if (note === undefined) throw new TypeError("Nothing is shown.");
      return note;
    },
    until: (position: number, text: string) =>
      new Promise<void>((resolve) => {
        waiting = { position, text, resolve };
      }),
  };
}

/** Runs pieces of work one after the other, at least one, until the time is over. */
async function repeat(forMs: number, work: () => Promise<number>): Promise<Turn> {
  const latenciesMs: number[] = [];
  let units = 0;
  const started = performance.now();
  let now = started;
  do {
    units += await work();
    const ended = performance.now();
    latenciesMs.push(ended - now);
    now = ended;
  } while (now - started < forMs);
  return { units, ms: now - started, latenciesMs };
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.addEventListener("success", () => resolve());
    // By a connection that its owner does not close: what it held was cleared, and loading the page again ends it.
    deleting.addEventListener("blocked", () => resolve());
    deleting.addEventListener("error", () => reject(deleting.error ?? new TypeError("Not deleted.")));
  });
}

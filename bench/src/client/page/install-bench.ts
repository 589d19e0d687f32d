import { createRandom, createUuids } from "../../random.ts";
import type { PageBench, Turn } from "../page-api.ts";
import type { ClientSystem, Write } from "./system.ts";

/** Lets the driver run the system of this page. */
export function installBench(system: ClientSystem): void {
  globalThis.bench = createPageBench(system);
}

function createPageBench(system: ClientSystem): PageBench {
  // Ids only have to differ from those of other pages and look like real ones.
  const newId = createUuids(createRandom(performance.timeOrigin));
  const newNote = (): Write => {
    return {
      name: "note.add",
      args: { id: newId(), listId: "home", text: "A line such as people write in a lesson." },
    };
  };
  /** What is open stays in memory, as in an app. */
  const held: unknown[] = [];

  return {
    durability: system.durability,
    rows: ["enqueueOneByOne", "enqueueTogether", "open"],
    open: () =>
      repeat(0, async () => {
        held.splice(0, held.length, await system.open());
        return 1;
      }),
    enqueueOneByOne: ({ forMs }) => repeat(forMs, () => system.enqueue(newNote()).then(() => 1)),
    enqueueTogether: ({ count, forMs }) =>
      repeat(forMs, () => system.enqueueTogether(Array.from({ length: count }, newNote)).then(() => count)),
    async close() {
      held.length = 0;
      await system.close();
    },
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

import type { BenchSettings } from "../bench-settings.ts";
import type { Target } from "../report.ts";
import type { Write } from "./notes.ts";
import { callPage, heapBytes, mainThreadMs, type OpenSystem } from "./open-systems.ts";
import type { Feature, Turn } from "./page-api.ts";

/** A row of the table: what each system does in its turn, and what is promised of ours beside raw IndexedDB. */
export interface Scenario {
  readonly name: string;
  readonly unit: string;
  /** What a system must be able to do to take part. */
  readonly needs?: Feature;
  /** What is stored when the row begins. */
  readonly stored: "nothing" | "rows and queue";
  readonly target?: Pick<Target, "bound" | "sense"> & { readonly of: "throughput" | "time" | "mainThreadMs" };
  turn(system: OpenSystem, settings: BenchSettings): Promise<ScenarioTurn>;
  /** Brings a page whose turns are over to where the next row expects it. */
  readonly after?: (system: OpenSystem) => Promise<unknown>;
}

export interface ScenarioTurn extends Turn {
  readonly mainThreadMs?: number;
}

/** Operations of one moment. */
const TOGETHER = 1_000;

export const scenarios: readonly Scenario[] = [
  {
    name: "enqueue one by one",
    unit: "ops/s",
    stored: "nothing",
    target: { of: "throughput", bound: 0.9, sense: "at least" },
    turn: (system, { roundMs }) => callPage(system, "enqueueOneByOne", { forMs: roundMs }),
  },
  {
    name: `enqueue ${TOGETHER} at once`,
    unit: "ops/s",
    stored: "nothing",
    target: { of: "throughput", bound: 0.7, sense: "at least" },
    turn: (system, { roundMs }) => callPage(system, "enqueueTogether", { count: TOGETHER, forMs: roundMs }),
  },
  {
    name: "cold open, rows and queue",
    unit: "opens/s",
    stored: "rows and queue",
    target: { of: "time", bound: 1.5, sense: "at most" },
    turn: openAndLeave,
    after: reopen,
  },
  {
    name: "read all rows",
    unit: "rows/s",
    stored: "rows and queue",
    turn: (system, { roundMs }) => callPage(system, "read", { forMs: roundMs }),
  },
  {
    name: "live query, newest 50 of all",
    unit: "edits/s",
    needs: "watch",
    stored: "rows and queue",
    target: { of: "mainThreadMs", bound: 1, sense: "at most" },
    turn: (system, { roundMs }) => editWatched(system, { limit: 50, forMs: roundMs }),
  },
  {
    name: "live query of all rows",
    unit: "edits/s",
    needs: "watch",
    stored: "rows and queue",
    target: { of: "mainThreadMs", bound: 1, sense: "at most" },
    turn: (system, { roundMs }) => editWatched(system, { limit: null, forMs: roundMs }),
  },
  {
    name: "drain the queue",
    unit: "ops/s",
    needs: "drain",
    stored: "nothing",
    async turn(system, settings) {
      const queued = await storeAnew(system, settings);
      const turn = await callPage(system, "drain");
      await checkDrained(system, queued);
      await clear(system);
      return { ...turn, units: Math.min(settings.items, system.maxItems) };
    },
  },
];

/** Loads the page again and opens what is stored. */
export async function reopen(system: OpenSystem): Promise<ScenarioTurn> {
  await system.page.goto(system.url);
  return callPage(system, "open");
}

/** Opens what is stored, and is gone before the next system's turn: an open client goes on working. */
async function openAndLeave(system: OpenSystem): Promise<ScenarioTurn> {
  const turn = await reopen(system);
  await system.page.goto("about:blank");
  return turn;
}

/** Rows and a queue on a device whose server has the rows; everything else is gone. */
export async function storeAnew(system: OpenSystem, { items }: BenchSettings): Promise<readonly Write[]> {
  await clear(system);
  const size = Math.min(items, system.maxItems);
  system.server.reset(size);
  return callPage(system, "seed", { rows: size, queue: size });
}

/** @throws unless the server has all that was queued, and the page shows all rows as the server has them */
async function checkDrained(system: OpenSystem, queued: readonly Write[]): Promise<void> {
  const notes = system.server.notes();
  const byId = new Map(notes.map((note) => [note.id, note]));
  const texts = new Map(queued.map(({ args: { id, text } }) => [id, text]));
  const missing = [...texts].filter(([id, text]) => byId.get(id)?.text !== text);
  const shown = await callPage(system, "shown");
  const different = shown.filter(({ id, text, at }) => byId.get(id)?.text !== text || byId.get(id)?.at !== at);
  if (missing.length === 0 && different.length === 0 && shown.length === notes.length) return;
  throw new Error(
    `${system.name} did not drain its queue: the server lacks ${missing.length} of ${texts.size} notes; ` +
      `of its ${notes.length} rows ${shown.length} are shown, ${different.length} of them otherwise.`,
  );
}

/** Nothing is stored, and the page is open. */
export async function clear(system: OpenSystem): Promise<void> {
  await callPage(system, "clear");
  await reopen(system);
}

/** Bytes that an app holds once everything stored is open. */
export async function measureHeap(system: OpenSystem): Promise<number> {
  await system.page.reload();
  const before = await heapBytes(system);
  await callPage(system, "open");
  return (await heapBytes(system)) - before;
}

async function editWatched(
  system: OpenSystem,
  options: { readonly limit: number | null; readonly forMs: number },
): Promise<ScenarioTurn> {
  const before = await mainThreadMs(system);
  const turn = await callPage(system, "editWatched", options);
  return { ...turn, mainThreadMs: (await mainThreadMs(system)) - before };
}

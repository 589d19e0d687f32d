import type { BenchSettings } from "../bench-settings.ts";
import type { Target } from "../report.ts";
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
      await storeAnew(system, settings);
      const turn = await callPage(system, "drain");
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
export async function storeAnew(system: OpenSystem, { items }: BenchSettings): Promise<void> {
  await clear(system);
  const size = Math.min(items, system.maxItems);
  system.server.reset(size);
  await callPage(system, "seed", { rows: size, queue: size });
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

import { setTimeout as wait } from "node:timers/promises";
import type { BenchSettings } from "./bench-settings.ts";
import { openSystems, callPage, type OpenSystem } from "./client/open-systems.ts";
import { clear, measureHeap, scenarios, storeAnew, type Scenario } from "./client/scenarios.ts";
import { printRow, type Row, type SystemFigures, type Target } from "./report.ts";
import { figuresOf, median, ratioOf, takeTurns, type Measured } from "./rounds.ts";

/** Before each turn: a page that has ended, or a database that tidies itself up, must not be measured with the next one. */
const REST_MS = 500;

/** Runs every row in a real Chromium; prints each as it comes. */
export async function benchClient(settings: BenchSettings): Promise<readonly Row[]> {
  const { systems, close } = await openSystems();
  const rows: Row[] = [];
  const add = (row: Row): void => {
    printRow(row);
    rows.push(row);
  };
  const isWanted = (name: string) => name.includes(settings.only);
  try {
    for (const system of systems) await callPage(system, "open");
    let stored: Scenario["stored"] = "nothing";
    for (const scenario of scenarios.filter(({ name }) => isWanted(name))) {
      if (scenario.stored !== stored) {
        stored = scenario.stored;
        const prepare = stored === "rows and queue" ? storeAnew : clear;
        for (const system of systems) await prepare(system, settings);
      }
      add(await runScenario(scenario, systems, settings));
    }
    if (isWanted(HEAP)) add(await runHeap(systems, settings));
    if (isWanted(SCRIPT)) add(scriptRow(systems));
    return rows;
  } finally {
    await close();
  }
}

async function runScenario(scenario: Scenario, systems: readonly OpenSystem[], settings: BenchSettings): Promise<Row> {
  const { name, unit, needs } = scenario;
  const taking = systems.filter(({ missing }) => needs === undefined || !missing.includes(needs));
  const mainThread = new Map(taking.map((system) => [system.name, [] as number[]]));
  const contenders = taking.map((system) => {
    return {
      name: system.name,
      async turn() {
        await wait(REST_MS);
        const { units, ms, latenciesMs, mainThreadMs } = await scenario.turn(system, settings);
        if (mainThreadMs !== undefined) mainThread.get(system.name)?.push(mainThreadMs / units);
        return { perSecond: (units / ms) * 1_000, latenciesMs };
      },
    };
  });
  const measured = await takeTurns(contenders, settings.rounds, settings.random);
  for (const system of taking) await scenario.after?.(system);
  const byName = new Map(figuresOf(measured).map((entry) => [entry.name, entry]));
  const figures = taking.flatMap((system): SystemFigures[] => {
    const own = byName.get(system.name);
    const perUnit = mainThread.get(system.name) ?? [];
    if (own === undefined) return [];
    return [{ ...own, name: label(system), ...(perUnit.length > 0 && { mainThreadMs: median(perUnit) }) }];
  });
  return { suite: "client", name, unit, systems: figures, targets: targetsOf(scenario, measured, figures) };
}

function targetsOf(
  { target }: Scenario,
  measured: ReadonlyMap<string, Measured>,
  [ours]: readonly SystemFigures[],
): Target[] {
  const throughput = ratioOf(measured.get("tidemark"), measured.get("raw"));
  if (target === undefined)
    return Number.isNaN(throughput) ? [] : [{ name: "tidemark/raw", value: throughput, bound: 0, sense: "at least" }];
  const { of, bound, sense } = target;
  switch (of) {
    case "throughput":
      return [{ name: "tidemark/raw", value: throughput, bound, sense }];
    case "time":
      return [{ name: "time tidemark/raw", value: 1 / throughput, bound, sense }];
    case "mainThreadMs":
      return [{ name: "main thread ms", value: ours?.mainThreadMs ?? Number.NaN, bound, sense }];
  }
}

const HEAP = "heap, rows and queue";
async function runHeap(systems: readonly OpenSystem[], settings: BenchSettings): Promise<Row> {
  for (const system of systems) await storeAnew(system, settings);
  const figures: { readonly name: string; readonly bytes: number }[] = [];
  for (const system of systems) {
    const samples: number[] = [];
    for (let round = 0; round < Math.min(settings.rounds, 3); round += 1) samples.push(await measureHeap(system));
    figures.push({ name: label(system), bytes: median(samples) });
  }
  const [ours, raw] = figures;
  const value = (ours?.bytes ?? Number.NaN) / (raw?.bytes ?? Number.NaN);
  return bytesRow(HEAP, figures, [{ name: "tidemark/raw", value, bound: 2, sense: "at most" }]);
}

const SCRIPT = "script, minified and gzipped";
const scriptRow = (systems: readonly OpenSystem[]): Row =>
  bytesRow(
    SCRIPT,
    systems.map((system) => ({ name: label(system), bytes: system.scriptBytes })),
    [],
  );

const bytesRow = (name: string, systems: Row["systems"], targets: Row["targets"]): Row => {
  return { suite: "client", name, unit: "KiB", systems, targets };
};

const label = ({ name, durability, maxItems }: OpenSystem): string =>
  `${name} (${durability}${maxItems === Infinity ? "" : `, ${maxItems} items`})`;

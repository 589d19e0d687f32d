import type { BenchSettings } from "./bench-settings.ts";
import { callPage, openSystems, type OpenSystem } from "./client/open-systems.ts";
import type { Turn as PageTurn } from "./client/page-api.ts";
import { printRow, type Row } from "./report.ts";
import { median, percentile, ratioOf, takeTurns, type Turn } from "./rounds.ts";

/** Operations of one moment. */
const TOGETHER = 1_000;

interface Scenario {
  readonly name: string;
  readonly unit: string;
  /** Least share of raw IndexedDB's throughput. */
  readonly ratio: number;
  turn(system: OpenSystem, settings: BenchSettings): Promise<PageTurn>;
}

const scenarios: readonly Scenario[] = [
  {
    name: "enqueue one by one",
    unit: "ops/s",
    ratio: 0.9,
    turn: (system, { roundMs }) => callPage(system, "enqueueOneByOne", { forMs: roundMs }),
  },
  {
    name: `enqueue ${TOGETHER} at once`,
    unit: "ops/s",
    ratio: 0.7,
    turn: (system, { roundMs }) => callPage(system, "enqueueTogether", { count: TOGETHER, forMs: roundMs }),
  },
];

/** Runs every row in a real Chromium; prints each as it comes. */
export async function benchClient(settings: BenchSettings): Promise<readonly Row[]> {
  const { systems, close } = await openSystems();
  try {
    for (const system of systems) await callPage(system, "open");
    const rows: Row[] = [];
    for (const scenario of scenarios.filter(({ name }) => name.includes(settings.only))) {
      const row = await runScenario(scenario, systems, settings);
      printRow(row);
      rows.push(row);
    }
    return rows;
  } finally {
    await close();
  }
}

async function runScenario(scenario: Scenario, systems: readonly OpenSystem[], settings: BenchSettings): Promise<Row> {
  const contenders = systems.map((system) => {
    return { name: system.name, turn: async () => toTurn(await scenario.turn(system, settings)) };
  });
  const measured = await takeTurns(contenders, settings.rounds);
  const figures = systems.map(({ name, durability }) => {
    const { perSecond = [], latenciesMs = [] } = measured.get(name) ?? {};
    const [p50Ms, p99Ms] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)];
    return { name: `${name} (${durability})`, perSecond: median(perSecond), p50Ms, p99Ms };
  });
  const { name, unit, ratio } = scenario;
  const value = ratioOf(measured.get("tidemark"), measured.get("raw"));
  const targets = [{ name: "tidemark/raw", value, bound: ratio, sense: "at least" as const }];
  return { suite: "client", name, unit, systems: figures, targets };
}

const toTurn = ({ units, ms, latenciesMs }: PageTurn): Turn => ({ perSecond: (units / ms) * 1000, latenciesMs });

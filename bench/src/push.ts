import type { BenchSettings } from "./bench-settings.ts";
import { createUuids, type Random } from "./random.ts";
import { printRow, type Row, type Target } from "./report.ts";
import { figuresOf, measureInTurns, percentile, ratioOf, type Measured } from "./rounds.ts";
import type { School } from "./school.ts";
import type { Operation, System, SystemName, Writer } from "./systems/system.ts";

interface Scenario {
  readonly name: string;
  readonly writers: number;
  readonly batch: number;
  readonly scopes: "hot" | "spread";
  /** Least share of the bare statements' throughput. */
  readonly ratio?: number;
  readonly hasLowerP99?: boolean;
}

const scenarios: readonly Scenario[] = [
  { name: "hot scope, 1 writer", writers: 1, batch: 1, scopes: "hot", ratio: 0.8 },
  { name: "hot scope, 16 writers", writers: 16, batch: 1, scopes: "hot", ratio: 3, hasLowerP99: true },
  { name: "hot scope, 64 writers", writers: 64, batch: 1, scopes: "hot", ratio: 6, hasLowerP99: true },
  { name: "100 scopes, 16 writers", writers: 16, batch: 1, scopes: "spread" },
  { name: "batches of 50, 1 writer", writers: 1, batch: 50, scopes: "hot", ratio: 0.6 },
  { name: "batches of 500, 1 writer", writers: 1, batch: 500, scopes: "hot" },
];

export interface PushSystem {
  readonly system: System;
  readonly school: School;
}

/** Runs every row; prints each as it comes. */
export async function benchPush(
  systems: readonly PushSystem[],
  { random, rounds, roundMs, only }: BenchSettings,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const newId = createUuids(random);
  for (const scenario of scenarios.filter(({ name }) => name.includes(only))) {
    const contenders = systems.map((entry) => createContender(entry, scenario, { random, newId }));
    const measured = await measureInTurns(contenders, { workers: scenario.writers, rounds, roundMs });
    const row = toRow(scenario, measured);
    printRow(row);
    rows.push(row);
  }
  return rows;
}

function createContender(
  { system, school }: PushSystem,
  { writers, batch, scopes }: Scenario,
  { random, newId }: { readonly random: Random; readonly newId: () => string },
) {
  const { userIds, lessonIds } = school;
  const [hot = "", ...spread] = lessonIds;
  const devices = Array.from({ length: writers }, (_, index): Writer => {
    return { deviceId: newId(), userId: userIds[index % userIds.length] ?? "", nextSeq: 1 };
  });
  const chooseLesson = () => (scopes === "hot" ? hot : (spread[Math.floor(random() * spread.length)] ?? hot));
  const newOperation = (): Operation => {
    return {
      id: newId(),
      messageId: newId(),
      lessonId: chooseLesson(),
      text: "A line such as people write in a lesson.",
    };
  };
  return {
    name: system.name,
    work: async (worker: number) => {
      const device = devices[worker];
      if (device === undefined) throw new TypeError(`There is no writer ${worker}.`);
      await system.push(device, Array.from({ length: batch }, newOperation));
      return batch;
    },
  };
}

function toRow(scenario: Scenario, measured: ReadonlyMap<string, Measured>): Row {
  const of = (name: SystemName) => measured.get(name);
  const p99 = (name: SystemName) => percentile(of(name)?.latenciesMs ?? [], 0.99);
  const targets: Target[] = [
    { name: "engine/bare", value: ratioOf(of("engine"), of("bare")), bound: scenario.ratio ?? 0, sense: "at least" },
  ];
  if (scenario.hasLowerP99) {
    targets.push({ name: "p99 engine/bare", value: p99("engine") / p99("bare"), bound: 1, sense: "at most" });
  }
  return { suite: "push", name: scenario.name, unit: "ops/s", systems: figuresOf(measured), targets };
}

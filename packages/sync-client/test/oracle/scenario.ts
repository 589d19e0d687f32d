import { createBrowserSteps, createBrowserWeather } from "./browser-scenario.ts";
import type { BrowserWeather } from "./client-port.ts";
import { createOperationsSteps } from "./operations-scenario.ts";
import { NEWEST_VERSION } from "./lists-contract.ts";
import type { LineWeather } from "./network.ts";
import type { DatabaseWeather } from "./node-life.ts";
import { createRandom, type Random } from "./random.ts";
import type { Step, Write, WriteKind } from "./steps.ts";

export interface ScenarioClient {
  readonly user: number;
  /** How far this device's clock is off, in milliseconds. */
  readonly clockErrorMs: number;
  readonly pageLimit: number;
  readonly weather: LineWeather;
  readonly browser: BrowserWeather;
  /** Of the contract that its app speaks at first. */
  readonly appVersion: number;
}

export interface Scenario {
  readonly seed: number;
  readonly users: number;
  readonly lists: number;
  readonly nodes: number;
  readonly clients: readonly ScenarioClient[];
  readonly database: DatabaseWeather;
  /**
   * Whether a request may arrive after a restore that its sender did not know of, or under a device id that its sender has
   * given up since.
   */
  readonly lateRequests: boolean;
  /** In time order. */
  readonly steps: readonly Step[];
  /** When the faults stop. */
  readonly endMs: number;
}

const BROWSERS = 1_000_000;
const KEEPING = 2_000_000;
const YEAR_MS = 365 * 24 * 3_600_000;
const WRITE_WEIGHTS: readonly (readonly [WriteKind, number])[] = [
  ["add", 23],
  ["edit", 14],
  ["bump", 15],
  ["pair", 10],
  ["card", 13],
  ["entry", 6],
  ["delete", 8],
  ["dismiss", 2],
  ["refuse", 4],
  ["crash", 2],
  ["unknown", 1],
  ["malformed", 2],
];

/** Everything about a world that can be said before it begins. */
export function createScenario(seed: number, operations: number): Scenario {
  const random = createRandom(seed);
  const users = random.between(2, 5);
  const lists = random.between(1, 3);
  const nodes = random.between(1, 2);
  const clients = Array.from({ length: users }, (_, user) => user).flatMap((user) =>
    Array.from({ length: random.between(1, 2) }, () => createClient(random, user)),
  );
  const endMs = operations * random.between(10, 30);
  const world = { random, users, lists, nodes, clients: clients.length, endMs };
  // Tabs have their own chance: a world without them has the same history as before.
  const browser = createRandom(seed + BROWSERS);
  const keeping = createRandom(seed + KEEPING);
  const versions = clients.map(() => keeping.pick([3, 3, 3, 2, 1]));
  const steps = [
    ...createWrites(world, operations),
    ...createChaos(world),
    ...createBrowserSteps({ random: browser, clients: clients.length, endMs }),
    ...createOperationsSteps({ random: keeping, clients: clients.length, lists, endMs }),
  ];
  return {
    seed,
    users,
    lists,
    nodes,
    clients: clients.map((client, index) => ({
      ...client,
      browser: createBrowserWeather(browser),
      appVersion: versions[index] ?? NEWEST_VERSION,
    })),
    database: {
      pause: random.pick([0.02, 0.1, 0.3]),
      pauseMs: random.pick([2, 10, 40]),
      away: random.pick([0, 0.003]),
    },
    lateRequests: true,
    steps: steps.sort((left, right) => left.at - right.at),
    endMs,
  };
}

interface Dimensions {
  readonly random: Random;
  readonly users: number;
  readonly lists: number;
  readonly nodes: number;
  readonly clients: number;
  readonly endMs: number;
}

function createClient(random: Random, user: number): Omit<ScenarioClient, "browser" | "appVersion"> {
  return {
    user,
    clockErrorMs: random.pick([0, 0, YEAR_MS, -YEAR_MS]),
    pageLimit: random.pick([1, 3, 5, 10, 30, 100]),
    weather: {
      loseRequest: random.pick([0, 0.05, 0.3]),
      loseResponse: random.pick([0, 0.05, 0.3]),
      duplicate: random.pick([0, 0.05, 0.2]),
      delayMs: random.pick([5, 40, 200]),
      straggle: random.pick([0, 0.05]),
      cut: "nothing",
    },
  };
}

function createWrites({ random, lists, clients, endMs }: Dimensions, operations: number): Step[] {
  const steps: Step[] = [];
  for (let left = operations; left > 0;) {
    const size = Math.min(left, random.chance(0.06) ? random.between(2, 4) : 1);
    const list = random.below(lists);
    const writes = Array.from({ length: size }, (): Write => ({
      kind: pickKind(random),
      list,
      pick: random.below(1_000),
    }));
    steps.push({
      at: random.next() * endMs,
      do: "write",
      client: random.below(clients),
      pick: random.below(1_000),
      writes,
    });
    left -= size;
  }
  return steps;
}

function pickKind(random: Random): WriteKind {
  let roll = random.below(100);
  for (const [kind, weight] of WRITE_WEIGHTS) {
    roll -= weight;
    if (roll < 0) return kind;
  }
  return "add";
}

function createChaos(dimensions: Dimensions): Step[] {
  const { random, users, lists, nodes, clients, endMs } = dimensions;
  const at = () => random.next() * endMs;
  const times = (most: number, create: () => Step): Step[] => Array.from({ length: random.between(0, most) }, create);
  const backUpAt = at();
  return [
    ...times(3, () => ({ at: at(), do: "kill", node: random.below(nodes), downMs: random.between(0, 400) })),
    ...times(3, () => ({ at: at(), do: "crash", client: random.below(clients), downMs: random.between(0, 800) })),
    ...times(4, () => ({
      at: at(),
      do: "cut",
      client: random.below(clients),
      what: random.pick(["requests", "responses", "everything"] as const),
      forMs: random.between(50, 2_000),
    })),
    // The first user is a member of every list for ever.
    ...times(6, () => ({
      at: at(),
      do: random.pick(["revoke", "revoke", "grant"] as const),
      user: random.between(1, users - 1),
      list: random.below(lists),
    })),
    ...times(4, () => ({ at: at(), do: "grant", user: random.between(1, users - 1), list: random.below(lists) })),
    ...times(1, () => ({
      at: at(),
      do: "misplace-cursor",
      client: random.below(clients),
      from: random.below(clients),
    })),
    ...(random.chance(0.4)
      ? ([
          { at: backUpAt, do: "back-up" },
          { at: backUpAt + random.next() * (endMs - backUpAt), do: "restore", downMs: random.between(0, 300) },
        ] as const)
      : []),
  ];
}

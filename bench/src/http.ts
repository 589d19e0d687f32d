import { cpus, loadavg, tmpdir } from "node:os";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startOwnPostgres } from "@tidemark/db/testing";
import type { BenchSettings } from "./bench-settings.ts";
import { sendAtRate, type Arrivals } from "./arrivals.ts";
import { createUuids } from "./random.ts";
import { printRow, type Row } from "./report.ts";
import { measureInTurns, median, percentile, ratioOf, type Contender, type Measured } from "./rounds.ts";
import { startBareSystem, startWholeSystem, type CalledServer } from "./systems/called-servers.ts";

/** Callers that each wait for their answer before they call again: enough to keep a server busy. */
const CALLERS = 16;
/** Turns are this much shorter and so many more: what the machine does meanwhile changes within a second. */
const SLICES = 6;
/** What counts as sustainable of the throughput that waiting callers reach. */
const SUSTAINABLE_SHARE = 0.8;
/** Turns at a rate are so many times longer: a queue has to have the time to grow. */
const OVERLOAD_ROUNDS = 4;
/** What headers, limits, policy, logs and metrics may cost, together. */
const LEAST_SHARE_OF_BARE = 0.8;

/** The whole server beside the same procedures on bare Fastify with tRPC; then at once and twice what it sustains. */
export async function benchHttp(settings: BenchSettings): Promise<readonly Row[]> {
  process.stdout.write(`load average ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores\n`);
  const postgres = await startOwnPostgres();
  const dataDir = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
  const place = { url: await postgres.createDatabase(), dataDir };
  const whole = await startWholeSystem(place);
  const bare = await startBareSystem(place);
  try {
    const rows = await benchCost({ whole, bare }, settings);
    return [...rows, ...(await benchOverload(whole, settings))];
  } finally {
    await bare.close();
    await whole.close();
    await postgres.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function benchCost(
  servers: { readonly whole: CalledServer; readonly bare: CalledServer },
  { random, rounds, roundMs, only }: BenchSettings,
): Promise<readonly Row[]> {
  const newId = createUuids(random);
  const calls: Readonly<Record<string, (server: CalledServer) => Promise<void>>> = {
    "auth.me": (server) => server.me(),
    "lessons.list": (server) => server.listLessons(),
    "chat.send": (server) => server.send(newId()),
  };
  const rows: Row[] = [];
  for (const [name, call] of Object.entries(calls).filter(([key]) => key.includes(only))) {
    const contenders = Object.entries(servers).map(([system, server]): Contender => ({
      name: system,
      work: async () => call(server).then(() => 1),
    }));
    const turns = { workers: CALLERS, rounds: rounds * SLICES, roundMs: roundMs / SLICES };
    await measureInTurns(contenders, { ...turns, rounds: SLICES });
    const measured = await measureInTurns(contenders, turns);
    const value = ratioOf(measured.get("whole"), measured.get("bare"));
    const target = { name: "whole/bare", value, bound: LEAST_SHARE_OF_BARE, sense: "at least" } as const;
    const row: Row = { suite: "http", name, unit: "calls/s", systems: figuresOf(measured), targets: [target] };
    printRow(row);
    rows.push(row);
  }
  return rows;
}

async function benchOverload(
  server: CalledServer,
  { random, rounds, roundMs, only }: BenchSettings,
): Promise<readonly Row[]> {
  if (!"overload".includes(only)) return [];
  const ms = OVERLOAD_ROUNDS * roundMs;
  const caller: Contender = { name: "whole", work: async () => server.me().then(() => 1) };
  const factors = { "1 x": 1, "2 x": 2 };
  const turns = new Map<string, Arrivals[]>(Object.keys(factors).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    // Anew in each round: what a server sustains is another thing while the machine has other work.
    const reached = await measureInTurns([caller], { workers: CALLERS, rounds: 1, roundMs });
    const sustainable = median(reached.get("whole")?.perSecond ?? []) * SUSTAINABLE_SHARE;
    for (const [name, factor] of Object.entries(factors)) {
      const rate = factor * sustainable;
      const arrivals = await sendAtRate({ call: server.tryMe, readiness: server.readiness, rate, ms, random });
      if (round >= 0) turns.get(name)?.push(arrivals);
    }
  }
  const p99Of = ({ acceptedMs }: Arrivals) => percentile(acceptedMs, 0.99);
  const systems = [...turns].map(([name, all]) => {
    const refused = all.reduce((sum, turn) => sum + turn.refused, 0);
    const accepted = all.flatMap(({ acceptedMs }) => acceptedMs).toSorted((left, right) => left - right);
    const said = [...new Set(all.map(({ readiness }) => readiness))].join(", ");
    const share = Math.round((100 * refused) / (refused + accepted.length));
    return {
      name: `${name} rate, ${share} % refused, ${said}`,
      perSecond: (accepted.length * 1_000) / (rounds * ms),
      p50Ms: percentile(accepted, 0.5),
      p99Ms: percentile(accepted, 0.99),
    };
  });
  const [normal = [], doubled = []] = turns.values();
  const value = median(doubled.map((turn, round) => p99Of(turn) / (normal[round] ? p99Of(normal[round]) : Number.NaN)));
  const target = { name: "p99 2 x/1 x", value, bound: 2, sense: "at most" } as const;
  const row: Row = { suite: "http", name: "overload", unit: "calls/s", systems, targets: [target] };
  printRow(row);
  return [row];
}

function figuresOf(measured: ReadonlyMap<string, Measured>): Row["systems"] {
  return [...measured].map(([name, { perSecond, latenciesMs }]) => {
    const [p50Ms, p99Ms] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)];
    return { name, perSecond: median(perSecond), p50Ms, p99Ms };
  });
}

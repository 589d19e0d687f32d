import { cpus, loadavg, tmpdir } from "node:os";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startOwnPostgres } from "@tidemark/db/testing";
import type { BenchSettings } from "./bench-settings.ts";
import { benchOverload } from "./overload.ts";
import { createUuids } from "./random.ts";
import { printRow, type Row } from "./report.ts";
import { figuresOf, measureInTurns, ratioOf, type Contender } from "./rounds.ts";
import { startBareSystem, startWholeSystem, type CalledServer } from "./systems/called-servers.ts";

/** Callers that each wait for their answer before they call again: enough to keep a server busy. */
const CALLERS = 16;
/** Turns are this much shorter and so many more: what the machine does meanwhile changes within a second. */
const SLICES = 6;
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

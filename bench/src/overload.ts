import { sendAtRate, type Arrivals } from "./arrivals.ts";
import type { BenchSettings } from "./bench-settings.ts";
import { printRow, type Row } from "./report.ts";
import { percentile } from "./rounds.ts";
import type { CalledServer } from "./systems/called-servers.ts";

/** Where the search for the sustainable rate begins, in calls a second, and by how much it goes up each time. */
const LOWEST_RATE = 400;
const STEP = 1.12;
/** Searched so often; the highest counts: other work of the machine makes what is found lower, and nothing makes it higher. */
const SEARCHES = 3;
/** Turns at a rate are so many times longer: a queue has to have the time to grow. */
const LONGER = 8;
/** Rounds before those that count: connections are opened, code compiled. */
const WARM_UP_ROUNDS = 2;
/** A round whose caller sent one call in a hundred later than this says nothing of the server. */
const LATEST_CALL_MS = 20;
/** So many rounds are tried for each that counts. */
const MOST_TRIES = 4;
const FACTORS: Readonly<Record<string, number>> = { "1 x": 1, "2 x": 2 };

/**
 * At the sustainable rate and at twice that, in turns, calls sent whether those before are answered or not. Sustainable is
 * the highest rate at which nothing is refused; the 99th percentiles are those of everything accepted in all rounds but
 * those whose caller was late itself. Without any such round left there is no figure, which meets nothing.
 */
export async function benchOverload(
  server: CalledServer,
  { random, rounds, roundMs, only }: BenchSettings,
): Promise<readonly Row[]> {
  if (!"overload".includes(only)) return [];
  const send = (rate: number, ms: number) =>
    sendAtRate({ call: server.tryMe, readiness: server.readiness, rate, ms, random });
  const found: number[] = [];
  // The first search warms up.
  for (let search = 0; search <= SEARCHES; search += 1) found.push(await highestRateWithoutRefusals(send, roundMs));
  const sustainable = Math.max(...found.slice(1));

  const turns = new Map<string, Arrivals[]>(Object.keys(FACTORS).map((name) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds * MOST_TRIES; round += 1) {
    for (const [name, factor] of Object.entries(FACTORS)) {
      const counted = turns.get(name) ?? [];
      if (counted.length === rounds) continue;
      const arrivals = await send(factor * sustainable, LONGER * roundMs);
      if (round >= 0 && percentile(arrivals.lateMs, 0.99) <= LATEST_CALL_MS) counted.push(arrivals);
    }
  }
  const systems = [...turns].map(([name, all]) => describe(name, all, LONGER * roundMs));
  const [normal, doubled] = systems.map(({ p99Ms }) => p99Ms);
  const value = (doubled ?? Number.NaN) / (normal ?? Number.NaN);
  const target = { name: "p99 2 x/1 x", value, bound: 2, sense: "at most" } as const;
  const name = `overload of ${Math.round(sustainable)} calls/s`;
  const row: Row = { suite: "http", name, unit: "calls/s", systems, targets: [target] };
  printRow(row);
  return [row];
}

async function highestRateWithoutRefusals(
  send: (rate: number, ms: number) => Promise<Arrivals>,
  ms: number,
): Promise<number> {
  let highest = LOWEST_RATE;
  for (let rate = LOWEST_RATE; (await send(rate, ms)).refused === 0; rate *= STEP) highest = rate;
  return highest;
}

function describe(name: string, all: readonly Arrivals[], roundMs: number) {
  const refused = all.reduce((sum, turn) => sum + turn.refused, 0);
  const accepted = all.flatMap(({ acceptedMs }) => acceptedMs).toSorted((left, right) => left - right);
  const said = [...new Set(all.map(({ readiness }) => readiness))].join(", ");
  const share = Math.round((100 * refused) / (refused + accepted.length));
  return {
    name: `${name} rate in ${all.length} rounds, ${share} % refused, ${said}`,
    perSecond: (accepted.length * 1_000) / (all.length * roundMs),
    p50Ms: percentile(accepted, 0.5),
    p99Ms: percentile(accepted, 0.99),
  };
}

import type { Random } from "./random.ts";
import type { SystemFigures } from "./report.ts";

/** One system's share of a row: what it did per second in each round, and how long each piece took. */
export interface Measured {
  readonly perSecond: readonly number[];
  /** Milliseconds, of every round together, sorted. */
  readonly latenciesMs: readonly number[];
}

export interface Contender {
  readonly name: string;
  /** One piece of work of one worker; answers how many units it was. */
  work(worker: number): Promise<number>;
}

/** Somebody who takes turns with others. */
export interface TurnTaker {
  readonly name: string;
  turn(): Promise<Turn>;
}

export interface Turn {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Lets contenders take turns, so that whatever else the machine does meets all of them alike. The first round warms up
 * and does not count: statements are prepared, devices created, code compiled. With `random` each round has an order of
 * its own: nobody pays in every other round for what the same neighbour leaves running.
 */
export async function takeTurns(
  contenders: readonly TurnTaker[],
  rounds: number,
  random?: Random,
): Promise<ReadonlyMap<string, Measured>> {
  const perSecond = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const latencies = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round += 1) {
    const alternated = round % 2 === 0 ? contenders : contenders.toReversed();
    const order = random === undefined ? alternated : shuffled(contenders, random);
    for (const contender of order) {
      const turn = await contender.turn();
      if (round === -1) continue;
      perSecond.get(contender.name)?.push(turn.perSecond);
      // One by one: a turn of very short units has more of them than a call takes arguments.
      for (const latencyMs of turn.latenciesMs) latencies.get(contender.name)?.push(latencyMs);
    }
  }
  return new Map(
    contenders.map(({ name }) => [
      name,
      {
        perSecond: perSecond.get(name) ?? [],
        latenciesMs: (latencies.get(name) ?? []).toSorted((left, right) => left - right),
      },
    ]),
  );
}

/** In each turn `workers` loops run side by side, each starting its next piece when its last one ended. */
export function measureInTurns(
  contenders: readonly Contender[],
  { workers, rounds, roundMs }: { readonly workers: number; readonly rounds: number; readonly roundMs: number },
): Promise<ReadonlyMap<string, Measured>> {
  const takers = contenders.map((contender) => {
    return { name: contender.name, turn: () => runWorkers(contender, workers, roundMs) };
  });
  return takeTurns(takers, rounds);
}

async function runWorkers(contender: Contender, workers: number, roundMs: number): Promise<Turn> {
  const latenciesMs: number[] = [];
  let units = 0;
  const started = performance.now();
  const loop = async (worker: number) => {
    for (let now = started; now - started < roundMs;) {
      const done = await contender.work(worker);
      units += done;
      const ended = performance.now();
      latenciesMs.push(ended - now);
      now = ended;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker)));
  return { perSecond: (units / (performance.now() - started)) * 1000, latenciesMs };
}

export const median = (values: readonly number[]): number => percentile(values.toSorted(byValue), 0.5);

/** Of sorted values; `share` from 0 to 1. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** What the report tells of each system: the median of its rounds, and percentiles over all pieces of work. */
export const figuresOf = (measured: ReadonlyMap<string, Measured>): readonly SystemFigures[] =>
  [...measured].map(([name, { perSecond, latenciesMs }]) => ({
    name,
    perSecond: median(perSecond),
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  }));

/** The median of the rounds' own ratios: what slowed one round slowed both sides of its ratio. */
export function ratioOf(left: Measured | undefined, right: Measured | undefined): number {
  const pairs = (left?.perSecond ?? []).map((value, round) => value / (right?.perSecond[round] ?? Number.NaN));
  return median(pairs);
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const drawn = items.map((item) => ({ item, place: random() }));
  return drawn.toSorted((left, right) => left.place - right.place).map(({ item }) => item);
}

const byValue = (left: number, right: number) => left - right;

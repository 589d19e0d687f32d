import * as fc from "fast-check";
import { createCoreClient } from "./core/core-client.ts";
import type { CoreDisk } from "./core/core-disk.ts";
import type { Worsen } from "./core/core-tab.ts";
import { modelClient } from "./model-client.ts";
import { createScenario, type Scenario } from "./scenario.ts";
import type { Mutation } from "./server.ts";
import type { Violation } from "./violation.ts";
import { runWorld, type WorldOptions } from "./world.ts";

/** Which clients live in a world. */
export type Kind = "core" | "model";
/** Which kind lives a seed where they share them: a world of the core costs near twice as much, so both take as long. */
export const kindOf = (seed: number): Kind => (seed % 3 === 0 ? "core" : "model");

export interface SeedRange {
  readonly from: number;
  readonly count: number;
  readonly operations: number;
  readonly kind: Kind;
  /** Only the seeds that are this kind's share; else all of them. */
  readonly isShared?: boolean;
  /** Makes another world of a seed's. */
  readonly reshape?: Reshape | undefined;
}

export type Reshape = (scenario: Scenario) => Scenario;

export interface Failure {
  readonly seed: number;
  readonly kind: Kind;
  readonly scenario: Scenario;
  readonly violation: Violation;
}

/** A planted bug keeps what it knows in its own closure, so every world gets a new one. */
export type CreateMutation = () => Mutation;
const none: CreateMutation = () => ({});

/** What is real under a world of the core. */
export interface Ground extends Required<Pick<WorldOptions<CoreDisk>, "createDatabase" | "settled">> {
  readonly createDisk: () => CoreDisk;
  close(): Promise<void>;
}

/** Lives through one world; `trace` hears of everything that crosses a line. */
export function live(
  scenario: Scenario,
  {
    kind,
    mutation,
    worsen,
    ground,
    trace,
  }: {
    readonly kind: Kind;
    readonly mutation?: Mutation;
    readonly worsen?: Worsen;
    readonly ground?: Ground;
    readonly trace?: (line: string) => void;
  },
): Promise<Violation | undefined> {
  const options = {
    ...(mutation && { mutation }),
    ...(trace && { trace }),
    ...(ground && { createDatabase: ground.createDatabase, settled: ground.settled }),
  };
  return kind === "core"
    ? runWorld(scenario, { kind: createCoreClient({ worsen, createDisk: ground?.createDisk }), ...options })
    : runWorld(scenario, { kind: modelClient, ...options });
}

/** Lives through one world a seed until a promise is broken. */
export async function findFailure(
  { from, count, operations, kind, isShared = false, reshape = (scenario) => scenario }: SeedRange,
  createMutation: CreateMutation = none,
  worsen?: Worsen,
): Promise<Failure | undefined> {
  for (let seed = from; seed < from + count; seed += 1) {
    if (isShared && kindOf(seed) !== kind) continue;
    const scenario = reshape(createScenario(seed, operations));
    const violation = await live(scenario, { kind, mutation: createMutation(), ...(worsen && { worsen }) });
    if (violation !== undefined) return { seed, kind, scenario, violation };
  }
  return undefined;
}

/** The fewest steps that fast-check finds which still break the same promise. */
export async function shrink(
  { kind, scenario, violation }: Failure,
  options: { readonly createMutation?: CreateMutation; readonly timeLimitMs: number },
): Promise<Scenario> {
  const { steps } = scenario;
  const keep = (kept: readonly number[]): Scenario => {
    const wanted = new Set(kept);
    return { ...scenario, steps: steps.filter((_, index) => wanted.has(index)) };
  };
  const kept = fc.array(fc.noShrink(fc.nat({ max: Math.max(steps.length - 1, 0) })), { maxLength: steps.length });
  const property = fc.asyncProperty(kept, async (indices) => {
    const found = await live(keep(indices), { kind, mutation: (options.createMutation ?? none)() });
    return found?.invariant !== violation.invariant;
  });
  const outcome = await fc.check(property, {
    examples: [[steps.map((_, index) => index)]],
    numRuns: 1,
    interruptAfterTimeLimit: options.timeLimitMs,
  });
  const [fewest] = outcome.counterexample ?? [];
  return fewest === undefined ? scenario : keep(fewest);
}

/** What a person needs to see it happen again. */
export function describeFailure({ seed, kind, violation }: Failure, shrunk: Scenario): string {
  const { message, invariant, at } = violation;
  const steps = shrunk.steps.map((step) => `  ${JSON.stringify(step)}`);
  return [
    `${invariant} broke at ${Math.round(at)} ms of seed ${seed} (${kind}): ${message}`,
    `TIDEMARK_SEED=${seed} runs it again. ${steps.length} of its steps are enough:`,
    ...steps,
  ].join("\n");
}

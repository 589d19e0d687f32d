import * as fc from "fast-check";
import { modelClient } from "./model-client.ts";
import { createScenario, type Scenario } from "./scenario.ts";
import type { Mutation } from "./server.ts";
import type { Violation } from "./violation.ts";
import { runWorld } from "./world.ts";

export interface SeedRange {
  readonly from: number;
  readonly count: number;
  readonly operations: number;
}

export interface Failure {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly violation: Violation;
}

/** A planted bug keeps what it knows in its own closure, so every world gets a new one. */
export type CreateMutation = () => Mutation;
const none: CreateMutation = () => ({});

const live = (scenario: Scenario, createMutation: CreateMutation) =>
  runWorld(scenario, { kind: modelClient, mutation: createMutation() });

/** Lives through one world a seed until a promise is broken. */
export async function findFailure(
  { from, count, operations }: SeedRange,
  createMutation: CreateMutation = none,
): Promise<Failure | undefined> {
  for (let seed = from; seed < from + count; seed += 1) {
    const scenario = createScenario(seed, operations);
    const violation = await live(scenario, createMutation);
    if (violation !== undefined) return { seed, scenario, violation };
  }
  return undefined;
}

/** The fewest steps that fast-check finds which still break the same promise. */
export async function shrink(
  { scenario, violation }: Failure,
  options: { readonly createMutation?: CreateMutation; readonly timeLimitMs: number },
): Promise<Scenario> {
  const { steps } = scenario;
  const keep = (kept: readonly number[]): Scenario => {
    const wanted = new Set(kept);
    return { ...scenario, steps: steps.filter((_, index) => wanted.has(index)) };
  };
  const kept = fc.array(fc.noShrink(fc.nat({ max: Math.max(steps.length - 1, 0) })), { maxLength: steps.length });
  const property = fc.asyncProperty(kept, async (indices) => {
    const found = await live(keep(indices), options.createMutation ?? none);
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
export function describeFailure({ seed, violation }: Failure, shrunk: Scenario): string {
  const { message, invariant, at } = violation;
  const steps = shrunk.steps.map((step) => `  ${JSON.stringify(step)}`);
  return [
    `${invariant} broke at ${Math.round(at)} ms of seed ${seed}: ${message}`,
    `TIDEMARK_SEED=${seed} runs it again. ${steps.length} of its steps are enough:`,
    ...steps,
  ].join("\n");
}

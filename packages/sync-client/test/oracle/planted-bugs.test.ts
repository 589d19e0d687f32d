import { afterAll, describe, expect, it } from "vitest";
import { plantedBugs } from "./bugs/planted-bugs.ts";
import { describeFailure, findFailure, shrink } from "./run-seeds.ts";

const OPERATIONS = 200;
/** A bug that so many worlds do not show is not caught. */
const MOST_SEEDS = 200;

describe("I11: a server with a planted bug", () => {
  const caught: string[] = [];

  it.for(plantedBugs)("is caught: $name", async ({ name, breaks, plant }) => {
    const failure = await findFailure({ from: 1, count: MOST_SEEDS, operations: OPERATIONS, kind: "model" }, plant);
    expect(failure, `${name} was not caught in ${MOST_SEEDS} seeds`).toBeDefined();
    if (failure === undefined) return;
    const { seed, violation } = failure;
    caught.push(`${violation.invariant}  seed ${String(seed).padEnd(3)}  ${name}: ${violation.message}`);
    expect(breaks).toContain(violation.invariant);
  });

  it("is told with its seed and the few steps that it takes", async () => {
    const plant = plantedBugs.find(({ name }) => name === "deletions are not recorded")?.plant;
    const failure = await findFailure({ from: 1, count: MOST_SEEDS, operations: OPERATIONS, kind: "model" }, plant);
    if (plant === undefined || failure === undefined) throw new TypeError("The bug was not caught.");
    const shrunk = await shrink(failure, { createMutation: plant, timeLimitMs: 20_000 });
    expect(shrunk.steps.length).toBeLessThan(30);
    expect(describeFailure(failure, shrunk)).toContain(`TIDEMARK_SEED=${failure.seed}`);
  });

  afterAll(() =>
    console.log(["Planted bugs, the invariant that broke and the seed that showed it:", ...caught].join("\n  ")),
  );
});

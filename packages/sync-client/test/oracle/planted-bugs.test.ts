import { afterAll, describe, expect, it } from "vitest";
import { plantedBugs } from "./bugs/planted-bugs.ts";
import { findFailure } from "./run-seeds.ts";

const OPERATIONS = 200;
/** A bug that so many worlds do not show is not caught. */
const MOST_SEEDS = 200;

describe("I11: a server with a planted bug", () => {
  const caught: string[] = [];

  it.for(plantedBugs)("is caught: $name", { timeout: 60_000 }, async ({ name, breaks, plant }) => {
    const failure = await findFailure({ from: 1, count: MOST_SEEDS, operations: OPERATIONS }, plant);
    expect(failure, `${name} was not caught in ${MOST_SEEDS} seeds`).toBeDefined();
    if (failure === undefined) return;
    const { seed, violation } = failure;
    caught.push(`${violation.invariant}  seed ${String(seed).padEnd(3)}  ${name}: ${violation.message}`);
    expect(breaks).toContain(violation.invariant);
  });

  afterAll(() =>
    console.log(["Planted bugs, the invariant that broke and the seed that showed it:", ...caught].join("\n  ")),
  );
});

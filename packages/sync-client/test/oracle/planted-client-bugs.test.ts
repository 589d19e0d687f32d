import { afterAll, describe, expect, it } from "vitest";
import { bugsOfClients } from "./bugs/bugs-of-clients.ts";
import { findFailure } from "./run-seeds.ts";

/** A bug that so many worlds do not show is not caught. */
const MOST_SEEDS = 200;

describe("I11: a client with a planted bug", () => {
  const caught: string[] = [];

  it.for(bugsOfClients)("is caught: $name", async ({ name, breaks, worsen, reshape }) => {
    const seeds = { from: 1, count: MOST_SEEDS, operations: 200, kind: "core", reshape } as const;
    const failure = await findFailure(seeds, undefined, worsen);
    expect(failure, `${name} was not caught in ${MOST_SEEDS} seeds`).toBeDefined();
    if (failure === undefined) return;
    const { seed, violation } = failure;
    caught.push(`${violation.invariant}  seed ${String(seed).padEnd(3)}  ${name}: ${violation.message}`);
    expect(breaks).toContain(violation.invariant);
  });

  afterAll(() => console.log(["Planted client bugs, the invariant that broke and the seed:", ...caught].join("\n  ")));
});

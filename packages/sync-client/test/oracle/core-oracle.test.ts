import { describe, expect, it } from "vitest";
import { keepsItsPromises } from "./oracle-suite.ts";
import { describeFailure, findFailure } from "./run-seeds.ts";
import { withSleepers } from "./sleepers.ts";

describe("a simulated world of the SDK's core in tabs that are killed and frozen, over slow disks and bad lines", () => {
  keepsItsPromises("core", "I1 to I10, C5 and C7");

  it("C20 S43 I2: sends nothing a second time that a tab remembers from before its sleep, in 60 worlds", async () => {
    const seeds = { from: 1, count: 60, operations: 50, kind: "core", reshape: withSleepers } as const;
    const failure = await findFailure(seeds);
    expect(failure && describeFailure(failure, failure.scenario)).toBeUndefined();
  });
});

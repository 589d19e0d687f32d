import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRealGround } from "./real/real-ground.ts";
import { describeFailure, live } from "./run-seeds.ts";
import { createScenario, type Scenario } from "./scenario.ts";

/** Fewer than elsewhere: real storage costs more, and the same faults fall closer together. */
const OPERATIONS = 30;
const onlySeed = process.env["TIDEMARK_SEED"];
const [first = 1, last = 100] = onlySeed === undefined ? [] : [Number(onlySeed), Number(onlySeed)];

describe("a world of the SDK's core on its IndexedDB storage, with the packages' store on PGlite", () => {
  let ground: Awaited<ReturnType<typeof openRealGround>>;
  beforeAll(async () => void (ground = await openRealGround()), 60_000);
  afterAll(() => ground.close());

  it(`keeps I1 to I10, C5 and C7 in ${last - first + 1} worlds of ${OPERATIONS} operations`, async () => {
    for (let seed = first; seed <= last; seed += 1) {
      const scenario = scenarioOf(seed);
      const { violation } = await liveOnGround(scenario);
      const told = violation && describeFailure({ seed, kind: "core", scenario, violation }, scenario);
      expect(told).toBeUndefined();
    }
  }, 600_000);

  it("I9: a seed replays to the same history, byte for byte, on real storage too", async () => {
    const history = await liveOnGround(scenarioOf(first));
    expect(await liveOnGround(scenarioOf(first))).toEqual(history);
    expect(await liveOnGround(scenarioOf(first + 1))).not.toEqual(history);
  });

  async function liveOnGround(scenario: Scenario) {
    const lines: string[] = [];
    const world = await ground.prepare();
    try {
      const violation = await live(scenario, { kind: "core", ground: world, trace: (line) => lines.push(line) });
      return { violation, lines };
    } finally {
      await world.close();
    }
  }
});

/** One connection serves the world: a transaction that waits holds up all others. */
function scenarioOf(seed: number): Scenario {
  const scenario = createScenario(seed, OPERATIONS);
  return { ...scenario, database: { ...scenario.database, pauseMs: 2 } };
}

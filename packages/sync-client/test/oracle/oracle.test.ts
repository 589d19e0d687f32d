import { describe, expect, it } from "vitest";
import { modelClient } from "./model-client.ts";
import { describeFailure, findFailure, shrink } from "./run-seeds.ts";
import { createScenario } from "./scenario.ts";
import { runWorld } from "./world.ts";

const OPERATIONS = 200;
const isLong = process.env["TIDEMARK_LONG"] === "1";
/** `TIDEMARK_SEED=17` runs one world; `TIDEMARK_LONG=1` ten times as many as usual. */
const onlySeed = process.env["TIDEMARK_SEED"];
const SEEDS = onlySeed === undefined ? (isLong ? 20_000 : 2_000) : 1;
const FIRST_SEED = Number(onlySeed ?? 1);

describe("a simulated world of devices, bad lines, killed servers and restored backups", () => {
  it(
    `keeps I1 to I9 in ${SEEDS} worlds of ${OPERATIONS} operations`,
    async () => {
      const failure = await findFailure({ from: FIRST_SEED, count: SEEDS, operations: OPERATIONS });
      const told = failure && describeFailure(failure, await shrink(failure, { timeLimitMs: 30_000 }));
      expect(told).toBeUndefined();
    },
    SEEDS * 1_000,
  );

  it("I9: a seed replays to the same history, byte for byte", async () => {
    const live = async (seed: number) => {
      const lines: string[] = [];
      await runWorld(createScenario(seed, OPERATIONS), { kind: modelClient, trace: (line) => lines.push(line) });
      return lines.join("\n");
    };
    const first = await live(FIRST_SEED);
    expect(await live(FIRST_SEED)).toBe(first);
    expect(await live(FIRST_SEED + 1)).not.toBe(first);
  });
});

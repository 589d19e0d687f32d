import { expect, it } from "vitest";
import { describeFailure, findFailure, live, shrink, type Kind } from "./run-seeds.ts";
import { createScenario } from "./scenario.ts";

const OPERATIONS = 200;
const isLong = process.env["TIDEMARK_LONG"] === "1";
/** `TIDEMARK_SEED=17` runs one world, `TIDEMARK_SEEDS=2001-4000` those; `TIDEMARK_LONG=1` ten times as many as usual. */
const asked = process.env["TIDEMARK_SEED"] ?? process.env["TIDEMARK_SEEDS"];
const [FIRST_SEED = 1, last = asked === undefined ? (isLong ? 20_000 : 2_000) : FIRST_SEED] =
  asked?.split("-").map(Number) ?? [];
const SEEDS = last - FIRST_SEED + 1;
/** In a usual run; whatever was asked for, each kind lives through all of it. */
const isShared = asked === undefined && !isLong;

/** Each kind has a file of its own, so that they run side by side. */
export function keepsItsPromises(kind: Kind, invariants: string): void {
  it(
    `keeps ${invariants} in ${isShared ? "its share of " : ""}${SEEDS} worlds of ${OPERATIONS} operations`,
    async () => {
      const seeds = { from: FIRST_SEED, count: SEEDS, operations: OPERATIONS, kind, isShared };
      const failure = await findFailure(seeds);
      const told = failure && describeFailure(failure, await shrink(failure, { timeLimitMs: 30_000 }));
      expect(told).toBeUndefined();
    },
    SEEDS * 1_000 + 60_000,
  );

  it("I9: a seed replays to the same history, byte for byte", async () => {
    const first = await historyOf(FIRST_SEED, kind);
    expect(await historyOf(FIRST_SEED, kind)).toBe(first);
    expect(await historyOf(FIRST_SEED + 1, kind)).not.toBe(first);
  });
}

async function historyOf(seed: number, kind: Kind): Promise<string> {
  const lines: string[] = [];
  await live(createScenario(seed, OPERATIONS), { kind, trace: (line) => lines.push(line) });
  return lines.join("\n");
}

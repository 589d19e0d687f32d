import type { Random } from "./random.ts";
import type { Step } from "./steps.ts";

/** What befalls an app over the years: new versions, mended bugs, forgotten deletions, cleared storage, chosen scopes. */
export function createOperationsSteps(world: {
  readonly random: Random;
  readonly clients: number;
  readonly lists: number;
  readonly endMs: number;
}): Step[] {
  const { random, clients, lists, endMs } = world;
  const at = () => random.next() * endMs;
  const client = () => random.below(clients);
  const times = (most: number, create: () => Step): Step[] => Array.from({ length: random.between(0, most) }, create);
  const mendedAt = at();
  return [
    ...times(clients, () => ({ at: at(), do: "update", client: client(), downMs: random.between(0, 300) })),
    ...times(1, () => ({
      at: at(),
      do: "retire",
      oldest: random.pick([2, 3]),
      downMs: random.between(0, 200),
    })),
    { at: mendedAt, do: "mend" },
    ...times(2, () => ({ at: at(), do: "rerun-parked" })),
    ...times(3, () => ({ at: at(), do: "prune", keepMs: random.pick([100, 500, 1_500]) })),
    ...(lists < 3
      ? []
      : times(8, () => ({
          at: at(),
          do: "choose",
          client: client(),
          pick: random.below(1_000),
          isWanted: random.chance(0.65),
        }))),
    ...(random.chance(0.3) ? [{ at: at(), do: "evict", client: client(), isClosed: random.chance(0.4) } as const] : []),
  ];
}

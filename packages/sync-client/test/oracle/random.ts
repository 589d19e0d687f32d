/** The one source of chance of a simulated world: the same seed gives the same answers in the same order. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** An integer of at least 0 and less than `limit`. */
  below(limit: number): number;
  /** An integer of at least `min` and at most `max`. */
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list. */
  pick<Item>(items: readonly Item[]): Item;
}

/** Mulberry32: 32 bits of state are plenty for a few thousand decisions, and it is the fastest there is. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const random: Random = {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
    },
    below: (limit) => Math.floor(random.next() * limit),
    between: (min, max) => min + random.below(max - min + 1),
    chance: (probability) => probability > 0 && random.next() < probability,
    pick(items) {
      const index = random.below(items.length);
      if (index >= items.length) throw new RangeError("There is nothing to pick from.");
      return items[index] as (typeof items)[number];
    },
  };
  return random;
}

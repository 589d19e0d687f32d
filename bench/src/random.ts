/** Numbers from 0 to 1 that a seed replays (mulberry32, public domain). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** UUIDs of version 7 whose time rises by a millisecond with each, as the operations of real devices do. */
export function createUuids(random: Random): () => string {
  let time = Date.UTC(2026, 0, 1);
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  return () => {
    time += 1;
    const stamp = time.toString(16).padStart(12, "0");
    return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
  };
}

/** Random numbers of one id, of two bytes each. */
const NUMBERS = 5;

/**
 * Makes ids as `uuidv7` of `values.ts` takes them: one made later sorts later, even when the clock stands still or jumps
 * back. `now` answers milliseconds since 1970.
 */
export function createIds({ now }: { readonly now: () => number }): () => string {
  let lastTime = 0;
  let counter = 0;
  // Drawn for a hundred ids together: a call for each would be a tenth of what a queued operation costs.
  const drawn = new Uint16Array(100 * NUMBERS);
  let next = drawn.length;
  return () => {
    if (next === drawn.length) {
      crypto.getRandomValues(drawn);
      next = 0;
    }
    const [seed = 0, variant = 0, ...rest] = drawn.subarray(next, (next += NUMBERS));
    const time = now();
    if (time > lastTime) {
      lastTime = time;
      // Eleven of the twelve counter bits are seeded, so that two tabs in one millisecond rarely meet.
      counter = seed >> 5;
    } else {
      counter += 1;
    }
    if (counter > 0xfff) {
      lastTime += 1;
      counter = 0;
    }
    // RFC 9562: 48 bits of time, version 7, 12 bits of counter, variant 2, 62 bits of randomness.
    const stamp = hex(lastTime, 12);
    const tail = rest.map((number) => hex(number, 4)).join("");
    return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(counter, 3)}-${hex((variant & 0x3fff) | 0x8000, 4)}-${tail}`;
  };
}

const hex = (value: number, length: number): string => value.toString(16).padStart(length, "0");

import { systemClock } from "./clock.ts";

export interface IdSource {
  /** Milliseconds since 1970. */
  now(): number;
  /** Fills the bytes with randomness. */
  randomize(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Makes UUIDv7s that grow: one made later sorts later, even when the clock stands still or jumps back. */
export function createIds(source: IdSource): () => string {
  let lastTime = 0;
  let counter = 0;
  return () => {
    const random = new Uint8Array(10);
    source.randomize(random);
    const time = source.now();
    if (time > lastTime) {
      lastTime = time;
      // Eleven of the twelve counter bits are seeded, so that two tabs in one millisecond rarely meet.
      counter = ((random[0] ?? 0) << 3) | ((random[1] ?? 0) >> 5);
    } else {
      counter += 1;
    }
    if (counter > 0xfff) {
      lastTime += 1;
      counter = 0;
    }
    return format(lastTime, counter, random);
  };
}

/** RFC 9562: 48 bits of time, version 7, 12 bits of counter, variant 2, 62 bits of randomness. */
function format(time: number, counter: number, random: Uint8Array): string {
  const timeHex = time.toString(16).padStart(12, "0");
  const tail = [((random[2] ?? 0) & 0x3f) | 0x80, ...random.subarray(3)];
  const tailHex = tail.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const counterHex = counter.toString(16).padStart(3, "0");
  return [timeHex.slice(0, 8), timeHex.slice(8), `7${counterHex}`, tailHex.slice(0, 4), tailHex.slice(4)].join("-");
}

/** A new id for an entity or an operation: a UUIDv7 that grows from call to call. */
export const newId: () => string = createIds({
  now: systemClock.now,
  randomize: (bytes) => {
    crypto.getRandomValues(bytes);
  },
});

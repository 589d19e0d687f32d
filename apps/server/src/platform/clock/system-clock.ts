import type { Clock } from "./clock.ts";

export function createSystemClock(): Clock {
  return { now: () => Date.now(), monotonic: () => performance.now() };
}

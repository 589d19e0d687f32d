import type { Clock } from "./clock.ts";

export interface ManualClock extends Clock {
  advance(milliseconds: number): void;
}

/** A clock that stands still until a test moves it. */
export function createManualClock(startMs: number): ManualClock {
  let elapsedMs = 0;
  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    advance: (milliseconds) => {
      elapsedMs += milliseconds;
    },
  };
}

import type { Clock } from "../src/clock.ts";

export interface ManualClock extends Clock {
  /** Moves time on and runs what is due, in order. */
  advance(byMs: number): void;
  /** Milliseconds until the next timer; `undefined` without one. */
  nextDelay(): number | undefined;
}

export function createManualClock(): ManualClock {
  let now = Date.UTC(2026, 0, 1);
  const timers = new Set<{ readonly at: number; readonly work: () => void }>();
  const earliest = () => [...timers].sort((left, right) => left.at - right.at)[0];
  return {
    now: () => now,
    after(delayMs, work) {
      const timer = { at: now + delayMs, work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      const until = now + byMs;
      for (let timer = earliest(); timer !== undefined && timer.at <= until; timer = earliest()) {
        timers.delete(timer);
        now = timer.at;
        timer.work();
      }
      now = until;
    },
    nextDelay: () => {
      const timer = earliest();
      return timer && timer.at - now;
    },
  };
}

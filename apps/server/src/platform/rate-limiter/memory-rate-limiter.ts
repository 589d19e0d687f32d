import type { Clock } from "../clock/clock.ts";
import { WINDOW_SECONDS, type RateLimiter } from "./rate-limiter.ts";

interface Window {
  readonly endsAt: number;
  calls: number;
}

/** Counts in this process: each node of several allows the limit for itself. What has ended is forgotten. */
export function createMemoryRateLimiter({ clock }: { readonly clock: Clock }): RateLimiter {
  /** All are equally long, so the first to begin is the first to end. */
  const windows = new Map<string, Window>();

  const forgetEnded = (now: number): void => {
    for (const [key, { endsAt }] of windows) {
      if (endsAt > now) return;
      windows.delete(key);
    }
  };

  return {
    async consume(key, limit) {
      const now = clock.monotonic();
      forgetEnded(now);
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = { endsAt: now + WINDOW_SECONDS * 1000, calls: 0 }));
      window.calls += 1;
      return {
        isAllowed: window.calls <= limit,
        remaining: Math.max(0, limit - window.calls),
        resetMs: window.endsAt - now,
      };
    },
  };
}

import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { WINDOW_SECONDS, type RateLimiter } from "./rate-limiter.ts";

/** Counts in this process: each node of several allows the limit for itself. What has ended is forgotten. */
export function createMemoryRateLimiter(): RateLimiter {
  // One counter per limit; there are a handful of limits.
  const counters = new Map<number, RateLimiterMemory>();
  const counterOf = (limit: number): RateLimiterMemory => {
    const known = counters.get(limit) ?? new RateLimiterMemory({ points: limit, duration: WINDOW_SECONDS });
    counters.set(limit, known);
    return known;
  };
  return {
    async consume(key, limit) {
      try {
        const { remainingPoints, msBeforeNext } = await counterOf(limit).consume(key);
        return { isAllowed: true, remaining: remainingPoints, resetMs: msBeforeNext };
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return { isAllowed: false, remaining: 0, resetMs: refused.msBeforeNext };
      }
    },
  };
}

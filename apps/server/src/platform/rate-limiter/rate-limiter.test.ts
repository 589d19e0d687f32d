import { describe, expect, it, vi } from "vitest";
import { createMemoryRateLimiter } from "./memory-rate-limiter.ts";
import type { RateLimiter } from "./rate-limiter.ts";

const adapters: readonly [string, () => RateLimiter][] = [["memory", createMemoryRateLimiter]];

describe.each(adapters)("a rate limiter in %s", (_name, create) => {
  it("allows as many calls as the limit says, each key for itself", async () => {
    const limiter = create();
    const outcomes = [];
    for (let call = 1; call <= 3; call += 1) outcomes.push(await limiter.consume("ann", 2));
    expect(outcomes.map(({ isAllowed, remaining }) => [isAllowed, remaining])).toEqual([
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect((await limiter.consume("ben", 2)).isAllowed).toBe(true);
  });

  it("counts exactly however many calls come at once", async () => {
    const limiter = create();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => limiter.consume("ann", 30)));
    expect(outcomes.filter(({ isAllowed }) => isAllowed)).toHaveLength(30);
  });

  it("begins anew once the window has ended, and says when that is", async () => {
    vi.useFakeTimers();
    try {
      const limiter = create();
      await limiter.consume("ann", 1);
      vi.advanceTimersByTime(20_000);
      expect(await limiter.consume("ann", 1)).toEqual({ isAllowed: false, remaining: 0, resetMs: 40_000 });
      vi.advanceTimersByTime(40_001);
      expect((await limiter.consume("ann", 1)).isAllowed).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

import { describe, expect, it } from "vitest";
import type { Clock } from "../clock/clock.ts";
import { createManualClock } from "../clock/manual-clock.ts";
import { createMemoryRateLimiter } from "./memory-rate-limiter.ts";
import type { RateLimiter } from "./rate-limiter.ts";

const adapters: readonly [string, (clock: Clock) => RateLimiter][] = [
  ["memory", (clock) => createMemoryRateLimiter({ clock })],
];

describe.each(adapters)("a rate limiter in %s", (_name, create) => {
  it("allows as many calls as the limit says, each key for itself", async () => {
    const limiter = create(createManualClock(0));
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
    const limiter = create(createManualClock(0));
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => limiter.consume("ann", 30)));
    expect(outcomes.filter(({ isAllowed }) => isAllowed)).toHaveLength(30);
  });

  it("begins anew once the window has ended, and says when that is", async () => {
    const clock = createManualClock(0);
    const limiter = create(clock);
    await limiter.consume("ann", 1);
    clock.advance(20_000);
    await limiter.consume("ben", 1);
    expect(await limiter.consume("ann", 1)).toEqual({ isAllowed: false, remaining: 0, resetMs: 40_000 });
    clock.advance(40_000);
    expect(await limiter.consume("ann", 1)).toEqual({ isAllowed: true, remaining: 0, resetMs: 60_000 });
    expect(await limiter.consume("ben", 1)).toEqual({ isAllowed: false, remaining: 0, resetMs: 20_000 });
  });
});

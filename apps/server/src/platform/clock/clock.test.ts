import { describe, expect, it } from "vitest";
import { createManualClock } from "./manual-clock.ts";
import { createSystemClock } from "./system-clock.ts";

describe.each([
  ["system", createSystemClock],
  ["manual", () => createManualClock(1_700_000_000_000)],
])("the %s clock", (_name, createClock) => {
  it("gives wall time in milliseconds since 1970", () => {
    expect(createClock().now()).toBeGreaterThan(1_600_000_000_000);
  });

  it("never goes back", () => {
    const clock = createClock();
    const first = clock.monotonic();
    expect(clock.monotonic()).toBeGreaterThanOrEqual(first);
  });
});

describe("the manual clock", () => {
  it("moves wall and monotonic time together", () => {
    const clock = createManualClock(1000);
    clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250]);
  });
});

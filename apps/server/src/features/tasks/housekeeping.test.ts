import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHousekeeping } from "./housekeeping.ts";

function keepHouse(work: () => Promise<unknown>) {
  const errors: unknown[] = [];
  const housekeeping = createHousekeeping({
    work,
    firstDelayMs: 1_000,
    intervalMs: 60_000,
    onError: (error) => errors.push(error),
  });
  return { housekeeping, errors };
}

describe("housekeeping", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("works soon after the start, then once an interval, and no more after the stop", async () => {
    const work = vi.fn<() => Promise<void>>(async () => undefined);
    const { housekeeping } = keepHouse(work);
    await housekeeping.start();
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(work).toHaveBeenCalledTimes(4);
    await housekeeping.stop();
    await vi.advanceTimersByTimeAsync(180_000);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it("goes on after a failure, which it tells", async () => {
    const failure = new TypeError("the database is away");
    const work = vi.fn<() => Promise<never>>(() => Promise.reject(failure));
    const { housekeeping, errors } = keepHouse(work);
    await housekeeping.start();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(errors).toEqual([failure, failure]);
    await housekeeping.stop();
  });

  it("waits for the work under way when it stops, and for no longer than a second", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { housekeeping } = keepHouse(() => promise);
    await housekeeping.start();
    await vi.advanceTimersByTimeAsync(1_000);
    const stopped = vi.fn<() => void>();
    const stopping = housekeeping.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(500);
    expect(stopped).not.toHaveBeenCalled();
    resolve();
    await stopping;

    const hanging = keepHouse(() => new Promise(() => undefined)).housekeeping;
    await hanging.start();
    await vi.advanceTimersByTimeAsync(1_000);
    const cut = hanging.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await cut;
  });
});

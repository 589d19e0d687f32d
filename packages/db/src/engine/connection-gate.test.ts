import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createConnectionGate } from "./connection-gate.ts";

describe("the connection gate", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("lets as many run at once as it has slots, the others in the order they came", async () => {
    const gate = createConnectionGate({ slots: 2, maxWaitMs: 1000 });
    const started: number[] = [];
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const running = gates.map(({ promise }, index) =>
      gate.run(async () => {
        started.push(index);
        await promise;
      }),
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toEqual([0, 1]);
    gates[1]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toEqual([0, 1, 2]);
    for (const { resolve } of gates) resolve();
    await Promise.all(running);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it("refuses who waited too long as UNAVAILABLE, and gives their place to nobody", async () => {
    const gate = createConnectionGate({ slots: 1, maxWaitMs: 1000 });
    const held = Promise.withResolvers<void>();
    const first = gate.run(() => held.promise);
    const late = gate.run(async () => "ran");
    const refused = expect(late).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfterSeconds: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    await refused;
    held.resolve();
    await first;
    expect(await gate.run(async () => "ran")).toBe("ran");
  });

  it("frees the slot of work that throws", async () => {
    const gate = createConnectionGate({ slots: 1, maxWaitMs: 1000 });
    const failure = new Error("the work failed");
    await expect(gate.run(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(await gate.run(async () => "ran")).toBe("ran");
  });
});

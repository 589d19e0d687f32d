import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { inTime } from "./transport.ts";

it("C16: a request that is over leaves nothing behind, though the leader's round goes on for days", async () => {
  const clock = createManualClock();
  const round = new AbortController();
  const signals: AbortSignal[] = [];
  const call = async ({ signal }: { readonly signal: AbortSignal }) => {
    signals.push(signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    return "answer";
  };
  expect(await inTime(clock, round.signal, call)).toBe("answer");
  expect(signals.map((signal) => getEventListeners(signal, "abort").length)).toEqual([0]);
  expect(clock.nextDelay()).toBeUndefined();
});

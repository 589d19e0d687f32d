import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "./random.ts";

export interface Arrivals {
  /** From when a call was due until its answer, of those that were accepted, sorted. */
  readonly acceptedMs: readonly number[];
  readonly refused: number;
  /** How late calls were sent, sorted: what the caller's own machine did to it, since it waits for no answer. */
  readonly lateMs: readonly number[];
  /** What `/readyz` said in the middle of it. */
  readonly readiness: string;
}

/** Calls at a rate of their own, as people do: whether the ones before are answered or not. */
export async function sendAtRate(options: {
  /** Whether the call was accepted. */
  readonly call: () => Promise<boolean>;
  readonly readiness: () => Promise<string>;
  /** Calls a second, at random distances. */
  readonly rate: number;
  readonly ms: number;
  readonly random: Random;
}): Promise<Arrivals> {
  const { call, rate, ms, random } = options;
  const acceptedMs: number[] = [];
  const lateMs: number[] = [];
  const calls: Promise<void>[] = [];
  let refused = 0;
  const send = async (dueAt: number) => {
    lateMs.push(performance.now() - dueAt);
    if (await call()) acceptedMs.push(performance.now() - dueAt);
    else refused += 1;
  };
  const startedAt = performance.now();
  let readiness: Promise<string> | undefined;
  for (let dueAt = startedAt; dueAt < startedAt + ms; dueAt += (-Math.log(1 - random()) / rate) * 1_000) {
    if (dueAt > performance.now()) await pause(Math.max(0, dueAt - performance.now()));
    if (dueAt > startedAt + ms / 2) readiness ??= options.readiness();
    calls.push(send(dueAt));
  }
  await Promise.all(calls);
  return {
    acceptedMs: acceptedMs.toSorted((left, right) => left - right),
    refused,
    lateMs: lateMs.toSorted((left, right) => left - right),
    readiness: (await readiness) ?? "not asked",
  };
}

import type { Failure } from "./failure.ts";

const FIRST_DELAY_MS = 250;
/** A person who looks at the page waits at most this long for the next attempt after a network failure. */
const MAX_VISIBLE_NETWORK_DELAY_MS = 2_000;
const MAX_DELAY_MS = 30_000;
/** A server that wants a newer app is asked again now and then: it may be rolled back. */
const TOO_OLD_DELAY_MS = 60_000;
/** A wrong header must not silence a device for a day. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

export interface BackoffInput {
  readonly failure: Failure;
  /** Failures in a row, this one included. */
  readonly failures: number;
  readonly isVisible: boolean;
  /** From 0 to below 1. */
  readonly random: number;
}

/** Milliseconds until the next attempt: exponential with full jitter, never before what the server asked for. */
export function backoffDelay({ failure, failures, isVisible, random }: BackoffInput): number {
  if (failure.kind === "app-too-old") return TOO_OLD_DELAY_MS * (0.5 + random / 2);
  const longest = failure.kind === "offline" && isVisible ? MAX_VISIBLE_NETWORK_DELAY_MS : MAX_DELAY_MS;
  const ceiling = Math.min(longest, FIRST_DELAY_MS * 2 ** failures);
  const jittered = ceiling * random;
  if (failure.kind !== "server") return jittered;
  return jittered + Math.min(failure.retryAfterMs, MAX_RETRY_AFTER_MS);
}

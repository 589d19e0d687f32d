import type { PullOutput, PullRequest, PushInput, PushOutput } from "@tidemark/api/contracts";
import type { Clock } from "../clock.ts";
import { ExchangeError } from "../retry/failure.ts";

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The two calls that the client makes. They reject with what server or network answered. */
export interface SyncTransport {
  push(input: PushInput, options: Required<CallOptions>): Promise<PushOutput>;
  pull(request: PullRequest, options: Required<CallOptions>): Promise<PullOutput>;
}

/** Any tRPC client whose router has `sync.push` and `sync.pull`. */
export interface SyncTrpcClient {
  readonly sync: {
    readonly push: { mutate(input: PushInput, options?: CallOptions): Promise<PushOutput> };
    readonly pull: { query(request: PullRequest, options?: CallOptions): Promise<PullOutput> };
  };
}

export const createTrpcTransport = ({ sync }: SyncTrpcClient): SyncTransport => ({
  push: (input, options) => sync.push.mutate(input, options),
  pull: (request, options) => sync.pull.query(request, options),
});

/** A request that has no answer by then is given up and sent again: half-open connections look like slow servers. */
const REQUEST_TIMEOUT_MS = 30_000;
const UNANSWERED = "The server gave no answer within 30 s: it is asked again.";

/** Rejects once `signal` aborts or the time is over, in any case: a link may batch our call and not hear of either. */
export async function inTime<Answer>(
  clock: Clock,
  signal: AbortSignal,
  call: (options: Required<CallOptions>) => Promise<Answer>,
): Promise<Answer> {
  const timeout = new AbortController();
  const cancelTimeout = clock.after(REQUEST_TIMEOUT_MS, () =>
    timeout.abort(new ExchangeError({ kind: "offline" }, UNANSWERED)),
  );
  const ended = AbortSignal.any([signal, timeout.signal]);
  const { promise, reject } = Promise.withResolvers<never>();
  ended.addEventListener("abort", () => reject(ended.reason), { once: true });
  try {
    ended.throwIfAborted();
    return await Promise.race([call({ signal: ended }), promise]);
  } finally {
    cancelTimeout();
    // The round lives on for as long as nothing fails: what hangs on its signal would, too.
    timeout.abort();
  }
}

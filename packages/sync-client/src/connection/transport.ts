import type { PullOutput, PullRequest, PushInput, PushOutput } from "@tidemark/api/contracts";

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The two calls that the client makes. They reject with what server or network answered, and once `signal` aborts. */
export interface SyncTransport {
  push(input: PushInput, options: { readonly signal: AbortSignal }): Promise<PushOutput>;
  pull(request: PullRequest, options: { readonly signal: AbortSignal }): Promise<PullOutput>;
}

/** Any tRPC client whose router has `sync.push` and `sync.pull`. */
export interface SyncTrpcClient {
  readonly sync: {
    readonly push: { mutate(input: PushInput, options?: CallOptions): Promise<PushOutput> };
    readonly pull: { query(request: PullRequest, options?: CallOptions): Promise<PullOutput> };
  };
}

export function createTrpcTransport(trpc: SyncTrpcClient): SyncTransport {
  return {
    push: (input, { signal }) => unlessAborted(signal, trpc.sync.push.mutate(input, { signal })),
    pull: (request, { signal }) => unlessAborted(signal, trpc.sync.pull.query(request, { signal })),
  };
}

/** A link may batch our call with others and then not hear of the abort. */
const unlessAborted = <Result>(signal: AbortSignal, call: Promise<Result>): Promise<Result> =>
  Promise.race([
    call,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort);
    }),
  ]);

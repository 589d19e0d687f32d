import type { PullOutput, PullRequest, PushInput, PushOutput } from "@tidemark/api/contracts";

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The two calls that the client makes. They reject with what the server or the network answered. */
export interface SyncTransport {
  push(input: PushInput, options: CallOptions): Promise<PushOutput>;
  pull(request: PullRequest, options: CallOptions): Promise<PullOutput>;
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
    push: (input, options) => trpc.sync.push.mutate(input, options),
    pull: (request, options) => trpc.sync.pull.query(request, options),
  };
}

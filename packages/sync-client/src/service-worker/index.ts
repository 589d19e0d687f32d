import type { AnySyncContract } from "@tidemark/api/contracts";
import type { SyncTrpcClient } from "../connection/transport.ts";
import { readContract } from "../contract.ts";
import { browserDevice } from "../device-deps.ts";
import { drain, type DrainOutcome } from "./drain.ts";

export { SyncClientError, type SyncClientErrorCode } from "../errors.ts";
export type { SyncTrpcClient } from "../connection/transport.ts";
export type { DrainOutcome } from "./drain.ts";
export { SYNC_TAG } from "./sync-tag.ts";

export interface DrainOptions {
  readonly contract: AnySyncContract;
  /** A tRPC client that can authorize itself within the worker. */
  readonly trpc: SyncTrpcClient;
  readonly user: { readonly id: string };
  /** The server answered 401 or 403: renew the session here; one more attempt follows. */
  readonly onUnauthorized?: () => void | Promise<void>;
}

/**
 * Sends what one person queued on this device, without an open tab. Resolves when nothing waits, or when an open tab does
 * the work; rejects while something waits still, so that the browser tries again.
 *
 * @example
 * self.addEventListener("sync", (event) => {
 *   if (event.tag === SYNC_TAG) event.waitUntil(drainQueue({ contract, trpc, user }));
 * });
 */
export function drainQueue(options: DrainOptions): Promise<DrainOutcome> {
  return drain({ ...browserDevice(options), contract: readContract(options.contract) });
}

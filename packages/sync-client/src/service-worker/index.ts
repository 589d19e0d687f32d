import type { AnySyncContract } from "@tidemark/api/contracts";
import { systemClock } from "../clock.ts";
import { createTrpcTransport, type SyncTrpcClient } from "../connection/transport.ts";
import { readContract } from "../contract.ts";
import { newId } from "../ids.ts";
import { databaseName } from "../storage/database-name.ts";
import { createIndexedDbStorage } from "../storage/indexeddb-storage.ts";
import { createBrowserChannel } from "../tabs/channel.ts";
import { createBrowserLocks } from "../tabs/locks.ts";
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
export function drainQueue({ contract, trpc, user, onUnauthorized = () => {} }: DrainOptions): Promise<DrainOutcome> {
  const name = databaseName(contract.name, user.id);
  return drain({
    contract: readContract(contract),
    userId: user.id,
    storage: createIndexedDbStorage({ name, contractVersion: contract.version }),
    transport: createTrpcTransport(trpc),
    locks: createBrowserLocks(),
    lockName: `${name}:leader`,
    channel: createBrowserChannel(name),
    clock: systemClock,
    random: Math.random,
    newId,
    onUnauthorized,
    reportError: (error) => globalThis.reportError(error),
  });
}

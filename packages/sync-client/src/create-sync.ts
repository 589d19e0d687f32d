import type { AnySyncContract } from "@tidemark/api/contracts";
import { systemClock } from "./clock.ts";
import { createBrowserPage } from "./connection/browser-page.ts";
import { createTrpcTransport, type SyncTrpcClient } from "./connection/transport.ts";
import { newId } from "./ids.ts";
import { requestBrowserDrain } from "./service-worker/sync-tag.ts";
import { databaseName } from "./storage/database-name.ts";
import { createIndexedDbStorage } from "./storage/indexeddb-storage.ts";
import { measureBrowserStorage } from "./storage/storage-use.ts";
import type { SyncClient } from "./sync.ts";
import { createSyncClient } from "./sync-client.ts";
import { createBrowserChannel } from "./tabs/channel.ts";
import { createBrowserLocks } from "./tabs/locks.ts";

export interface SyncOptions<Contract extends AnySyncContract> {
  readonly contract: Contract;
  /** A tRPC client whose router has `sync.push` and `sync.pull`; it brings the credentials. */
  readonly trpc: SyncTrpcClient;
  /** Whose data this is: a stable id. Each person has a database of their own on the device. */
  readonly user: { readonly id: string };
  /** Milliseconds between pulls while the page is visible; 2,000 if absent. */
  readonly pollIntervalMs?: number;
  /** The server answered 401 or 403: renew the session here. Nothing is dropped; the next attempt follows. */
  readonly onUnauthorized?: () => void | Promise<void>;
  /**
   * Has the browser wake the service worker for what is queued when no tab is open, where it has Background Sync; true if
   * absent. The worker answers with `drainQueue` of `@tidemark/sync-client/service-worker`.
   */
  readonly backgroundSync?: boolean;
}

/**
 * One person's data of one contract on this device, kept in IndexedDB and in step with the server.
 *
 * @example
 * const sync = createSync({ contract, trpc, user: { id: "…" } });
 * await sync.mutate.todo.add({ id: newId(), text: "Milk" });
 */
export function createSync<Contract extends AnySyncContract>(options: SyncOptions<Contract>): SyncClient<Contract> {
  const { contract, trpc, user, pollIntervalMs = 2_000, onUnauthorized = () => {}, backgroundSync = true } = options;
  const name = databaseName(contract.name, user.id);
  return createSyncClient({
    contract,
    userId: user.id,
    storage: createIndexedDbStorage({ name, contractVersion: contract.version }),
    transport: createTrpcTransport(trpc),
    locks: createBrowserLocks(),
    lockName: `${name}:leader`,
    channel: createBrowserChannel(name),
    page: createBrowserPage(),
    clock: systemClock,
    random: Math.random,
    newId,
    pollIntervalMs,
    onUnauthorized,
    measureStorage: measureBrowserStorage,
    requestDrain: backgroundSync ? requestBrowserDrain : () => {},
    reportError: (error) => globalThis.reportError(error),
  });
}

import type { AnySyncContract } from "@tidemark/api/contracts";
import { createBrowserPage } from "./connection/browser-page.ts";
import type { SyncTrpcClient } from "./connection/transport.ts";
import { browserDevice } from "./device-deps.ts";
import { requestBrowserDrain } from "./service-worker/sync-tag.ts";
import { measureBrowserStorage } from "./storage/storage-use.ts";
import type { SyncClient } from "./sync.ts";
import { createSyncClient } from "./sync-client.ts";

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
  const { contract, pollIntervalMs = 2_000, backgroundSync = true } = options;
  return createSyncClient({
    ...browserDevice(options),
    contract,
    page: createBrowserPage(),
    pollIntervalMs,
    measureStorage: measureBrowserStorage,
    requestDrain: backgroundSync ? requestBrowserDrain : () => {},
  });
}

import type { AnySyncContract } from "@tidemark/api/contracts";
import type { SyncTrpcClient } from "./connection/transport.ts";
import type { SyncClient } from "./sync.ts";

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
}

export declare function createSync<Contract extends AnySyncContract>(options: SyncOptions<Contract>): SyncClient<Contract>;

import { systemClock, type Clock } from "./clock.ts";
import { createTrpcTransport, type SyncTransport, type SyncTrpcClient } from "./connection/transport.ts";
import { newId } from "./ids.ts";
import { databaseName } from "./storage/database-name.ts";
import { createIndexedDbStorage } from "./storage/indexeddb-storage.ts";
import type { SyncStorage } from "./storage/sync-storage.ts";
import { createBrowserChannel, type TabChannel } from "./tabs/channel.ts";
import { createBrowserLocks, type LeaderLocks } from "./tabs/locks.ts";

/** What a tab and a service worker need alike to work for one person's device. */
export interface DeviceDeps {
  readonly userId: string;
  readonly storage: SyncStorage;
  readonly transport: SyncTransport;
  readonly locks: LeaderLocks;
  /** Name of the leader's lock: one per database. */
  readonly lockName: string;
  readonly channel: TabChannel;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Characters of JSON that may be pulled beyond those there are, until all pages are written anew. */
  readonly pageRoom: number;
  /** UUIDv7s that grow. */
  readonly newId: () => string;
  readonly onUnauthorized: () => void | Promise<void>;
  /** Hears what the app's own functions threw where nobody waits for them. */
  readonly reportError: (error: unknown) => void;
}

export interface DeviceOptions {
  readonly contract: { readonly name: string; readonly version: number };
  readonly trpc: SyncTrpcClient;
  readonly user: { readonly id: string };
  readonly onUnauthorized?: () => void | Promise<void>;
}

/** The browser's. */
export function browserDevice({ contract, trpc, user, onUnauthorized = () => {} }: DeviceOptions): DeviceDeps {
  const name = databaseName(contract.name, user.id);
  return {
    userId: user.id,
    storage: createIndexedDbStorage({ name, contractVersion: contract.version }),
    transport: createTrpcTransport(trpc),
    locks: createBrowserLocks(),
    lockName: `${name}:leader`,
    channel: createBrowserChannel(name),
    clock: systemClock,
    random: Math.random,
    pageRoom: 2_000_000,
    newId,
    onUnauthorized,
    reportError: (error) => globalThis.reportError(error),
  };
}

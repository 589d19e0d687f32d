import type { Fetch } from "../../api-client.ts";
import { createListeners } from "../../listeners.ts";

/**
 * Lets a person try what the app does without a network: while it is on, every request of every tab of this device, and
 * of the service worker, fails as it would on a plane, those under way included.
 */
export interface OfflineSwitch {
  /** Whether the app is switched offline. */
  get(): boolean;
  subscribe(listener: () => void): () => void;
  /** Reads what was left on; no request leaves before that. */
  restore(): Promise<void>;
  /** Resolves when it is stored, so that it outlives the page. */
  set(isOffline: boolean): Promise<void>;
  /** The browser's `fetch`, for as long as the switch lets it through. */
  readonly fetch: Fetch;
}

export interface OfflineSwitchDeps {
  readonly fetch: Fetch;
  /** Read by pages and service worker alike. */
  readonly store: {
    load(): Promise<boolean>;
    save(isOffline: boolean): Promise<void>;
  };
  /** Tells the other tabs and the service worker. */
  readonly channel: {
    post(isOffline: boolean): void;
    listen(listener: (isOffline: boolean) => void): void;
  };
}

export function createOfflineSwitch({ fetch, store, channel }: OfflineSwitchDeps): OfflineSwitch {
  const { subscribe, notify } = createListeners();
  let isOffline = false;
  /** Aborted while the switch is on. */
  let cut = new AbortController();
  let restoring: Promise<void> | undefined;

  function enter(next: boolean): void {
    if (next === isOffline) return;
    isOffline = next;
    if (next) cut.abort();
    else cut = new AbortController();
    notify();
  }

  channel.listen(enter);

  const restore = () => (restoring ??= store.load().then(enter));

  return {
    get: () => isOffline,
    subscribe,
    restore,
    async set(next) {
      await store.save(next);
      enter(next);
      channel.post(next);
    },
    async fetch(url, init) {
      await restore();
      const { signal } = cut;
      if (signal.aborted) throw noNetwork();
      try {
        return await fetch(url, { ...init, signal: AbortSignal.any([signal, init?.signal].filter(isSignal)) });
      } catch (error) {
        throw signal.aborted ? noNetwork() : error;
      }
    },
  };
}

const isSignal = (signal: AbortSignal | null | undefined): signal is AbortSignal => signal instanceof AbortSignal;

/** By these words the time line tells the switch from a lost network. */
export const SWITCHED_OFFLINE = "Failed to fetch: this app is switched offline.";

/** What `fetch` throws without a network. */
const noNetwork = () => new TypeError(SWITCHED_OFFLINE);

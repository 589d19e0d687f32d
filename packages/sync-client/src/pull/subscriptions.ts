import { stopped } from "../errors.ts";
import { getDevice } from "../storage/stored-state.ts";
import type { SyncStorage } from "../storage/sync-storage.ts";
import type { ScopeSubscription } from "../sync.ts";

export interface Subscriptions {
  subscribe(scope: string): ScopeSubscription;
  /** Compares with what is stored: it may have been pulled, or another tab may have dropped what this one needs. */
  check(): Promise<void>;
  stop(): void;
}

export interface SubscriptionsDeps {
  readonly storage: SyncStorage;
  /** Resolves once there is a device. */
  readonly opened: () => Promise<void>;
  /** Shows all that is stored. */
  readonly show: () => Promise<void>;
  /** The set in the storage is another. */
  readonly onChanged: () => void;
  readonly reportError: (error: unknown) => void;
}

interface Subscriber extends PromiseWithResolvers<void> {
  readonly scope: string;
}

/** The scopes that this tab needs beside the contract's own, kept in the device's set. */
export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
  const { storage, opened, onChanged, reportError } = deps;
  const subscribers = new Set<Subscriber>();
  /** For a pull that asked for their scope. */
  const waiting = new Set<Subscriber>();

  return {
    subscribe(scope) {
      const subscriber = { scope, ...Promise.withResolvers<void>() };
      subscribers.add(subscriber);
      waiting.add(subscriber);
      const { promise } = subscriber;
      const ready = opened()
        .then(check)
        .then(() => promise);
      // An app that does not wait for it is told by the status.
      for (const unheard of [promise, ready]) unheard.catch(() => {});
      return {
        ready,
        unsubscribe() {
          if (subscribers.delete(subscriber)) drop(scope).catch(reportError);
        },
      };
    },
    check,
    stop() {
      for (const { reject } of waiting) reject(stopped());
    },
  };

  async function check(): Promise<void> {
    const needed = [...subscribers].map(({ scope }) => scope);
    if (needed.length + waiting.size === 0) return;
    const device = await storage.transaction("read", ["meta"], getDevice);
    if (needed.some((scope) => !device?.scopes?.includes(scope))) {
      await change((scopes) => needed.forEach((scope) => scopes.add(scope)));
    }
    const pulled = [...waiting].filter(({ scope }) => device?.pulledScopes?.includes(scope));
    // Stored by the leader is not yet shown by this tab.
    if (pulled.length > 0) await deps.show();
    for (const subscriber of pulled) {
      waiting.delete(subscriber);
      subscriber.resolve();
    }
  }

  async function drop(scope: string): Promise<void> {
    await opened();
    const isNeeded = [...subscribers].some((other) => other.scope === scope);
    if (!isNeeded) await change((scopes) => scopes.delete(scope));
  }

  /** Adds or deletes, not both. */
  async function change(update: (scopes: Set<string>) => void): Promise<void> {
    const isChanged = await storage.transaction("durableWrite", ["meta"], async (transaction) => {
      const device = await getDevice(transaction);
      const scopes = new Set(device?.scopes);
      const before = scopes.size;
      update(scopes);
      if (device === undefined || scopes.size === before) return false;
      transaction.putDevice({ ...device, scopes: [...scopes] });
      return true;
    });
    if (isChanged) onChanged();
  }
}

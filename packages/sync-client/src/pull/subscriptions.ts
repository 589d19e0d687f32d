import { stopped, type SyncClientError } from "../errors.ts";
import { readDevice } from "../storage/stored-state.ts";
import type { DeviceState, SyncStorage } from "../storage/sync-storage.ts";
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
  /** Tabs that cannot tell each other drop nothing: another one may need it. */
  readonly canTell: boolean;
  /** Shows all that is stored. */
  readonly show: () => Promise<void>;
  /** The set in the storage is another. */
  readonly onChanged: () => void;
  readonly reportError: (error: unknown) => void;
}

interface Waiting {
  readonly scope: string;
  readonly resolve: () => void;
  readonly reject: (error: SyncClientError) => void;
}

/** The scopes that this tab needs beside the contract's own, counted, and kept in the device's set. */
export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
  const { storage, opened, onChanged, reportError } = deps;
  const counts = new Map<string, number>();
  const waiting = new Set<Waiting>();

  return {
    subscribe(scope) {
      counts.set(scope, (counts.get(scope) ?? 0) + 1);
      let isOver = false;
      const pulled = new Promise<void>((resolve, reject) => waiting.add({ scope, resolve, reject }));
      const ready = becomeReady(pulled);
      // An app that does not wait for it is told by the status.
      for (const promise of [pulled, ready]) promise.catch(() => {});
      return {
        ready,
        unsubscribe() {
          if (isOver) return;
          isOver = true;
          counts.set(scope, (counts.get(scope) ?? 1) - 1);
          opened().then(drop).catch(reportError);
        },
      };
    },
    check,
    stop() {
      for (const { reject } of waiting) reject(stopped());
    },
  };

  async function becomeReady(pulled: Promise<void>): Promise<void> {
    await opened();
    await check();
    await pulled;
  }

  async function check(): Promise<void> {
    if (counts.size === 0 && waiting.size === 0) return;
    const device = await readDevice(storage);
    const needed = [...counts].flatMap(([scope, count]) => (count > 0 ? [scope] : []));
    if (needed.some((scope) => !device?.scopes?.includes(scope))) {
      await change((scopes) => new Set([...scopes, ...needed]));
    }
    const pulled = [...waiting].filter(({ scope }) => device?.pulledScopes?.includes(scope));
    // Stored by the leader is not yet shown by this tab.
    if (pulled.length > 0) await deps.show();
    for (const one of pulled) {
      waiting.delete(one);
      one.resolve();
    }
  }

  async function drop(): Promise<void> {
    const dropped = [...counts].flatMap(([scope, count]) => (count === 0 ? [scope] : []));
    for (const scope of dropped) counts.delete(scope);
    if (deps.canTell) await change((scopes) => scopes.filter((scope) => !dropped.includes(scope)));
  }

  async function change(next: (scopes: readonly string[]) => Iterable<string>): Promise<void> {
    const isChanged = await storage.transaction("durableWrite", ["meta"], async (transaction) => {
      const device: DeviceState | undefined = await transaction.get("meta", "device");
      const before = device?.scopes ?? [];
      const scopes = [...next(before)];
      if (device === undefined || String(scopes) === String(before)) return false;
      transaction.putDevice({ ...device, scopes });
      return true;
    });
    if (isChanged) onChanged();
  }
}

import type { Clock } from "../clock.ts";
import { createCell } from "../observable.ts";
import type { Observable, StorageUse } from "../sync.ts";

/** Asks the browser what this origin stores; `null` where it does not tell. */
export type MeasureStorage = () => Promise<StorageUse | null>;

export interface StorageMeter extends Observable<StorageUse | null> {
  /** Measures again, at most once a minute unless it `matters`. */
  refresh(matters: boolean): void;
}

const MIN_INTERVAL_MS = 60_000;

export function createStorageMeter(deps: {
  readonly measureStorage: MeasureStorage;
  readonly clock: Clock;
  readonly reportError: (error: unknown) => void;
}): StorageMeter {
  const use = createCell<StorageUse | null>(null);
  let measuredAt = -Infinity;
  return {
    ...use,
    refresh(matters) {
      const now = deps.clock.now();
      // A clock that was set back must not end the measuring.
      if (!matters && Math.abs(now - measuredAt) < MIN_INTERVAL_MS) return;
      measuredAt = now;
      deps.measureStorage().then(use.set, deps.reportError);
    },
  };
}

/** The Storage API; without it, or outside a secure context, nothing is known. */
export const measureBrowserStorage: MeasureStorage = async () => {
  const storage = globalThis.navigator?.storage;
  if (!storage) return null;
  const [{ usage = 0, quota = 0 }, isPersistent] = await Promise.all([storage.estimate(), storage.persisted()]);
  return { usedBytes: usage, quotaBytes: quota, isPersistent };
};

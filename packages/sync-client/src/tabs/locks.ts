/** Elects one leader among the tabs that share a database. */
export interface LeaderLocks {
  /**
   * Waits for the lock `name` and holds it while `hold` runs; the browser passes it on when the tab dies. Resolves when
   * it has been given back, or when `signal` ended the waiting.
   */
  hold(name: string, signal: AbortSignal, hold: () => Promise<void>): Promise<void>;
}

/** Web Locks; where there are none each tab leads, and the storage's checks keep them from harming each other. */
export function createBrowserLocks(): LeaderLocks {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  if (locks === undefined) return { hold: (_name, _signal, hold) => hold() };
  return {
    async hold(name, signal, hold) {
      try {
        await locks.request(name, { signal }, hold);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

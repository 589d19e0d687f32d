import { nameOf } from "../storage/storage-errors.ts";

/** How to come by a lock: in line, from whoever holds it, or only if nobody does. */
export type LockMode = "wait" | "steal" | "if-free";

/** How a request for a lock ended: `missed` where `if-free` found it taken. */
export type LockEnd = "given-back" | "stolen" | "missed";

export interface LockRequest {
  readonly mode: LockMode;
  /** Ends the waiting; a lock that is held already is kept. */
  readonly signal: AbortSignal;
}

/** Locks between the tabs and workers that share a database. */
export interface LeaderLocks {
  /**
   * Holds the lock `name` while `hold` runs; the browser passes it on when the tab dies. Who is robbed hears `stolen` as
   * soon as it runs again.
   */
  hold(name: string, request: LockRequest, hold: () => Promise<void>): Promise<LockEnd>;
}

/** Web Locks; where there are none each tab leads, and the storage's checks keep them from harming each other. */
export function createBrowserLocks(): LeaderLocks {
  const locks = globalThis.navigator?.locks;
  return {
    async hold(name, { mode, signal }, hold) {
      const grant = async (lock?: Lock | null): Promise<LockEnd> => {
        if (lock === null) return "missed";
        await hold();
        return "given-back";
      };
      if (!locks) return grant();
      const options = mode === "wait" ? { signal } : mode === "steal" ? { steal: true } : { ifAvailable: true };
      try {
        return await locks.request(name, options, grant);
      } catch (error) {
        // Robbed, or out of the line: both are an AbortError.
        if (nameOf(error) !== "AbortError") throw error;
        return signal.aborted ? "given-back" : "stolen";
      }
    },
  };
}

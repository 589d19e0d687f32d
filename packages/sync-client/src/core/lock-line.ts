import type { LeaderLocks, LockMode } from "../tabs/locks.ts";
import type { CoreEvent } from "./core-state.ts";

/** This tab's place in the line for the leader's lock, or the lock itself; one at a time. */
export interface LockLine {
  /** Leaves the place it has and asks anew. */
  enter(mode: LockMode): void;
  leave(): void;
  /** Resolves when what was asked for or held is given back. */
  ended(): Promise<unknown>;
}

export interface LockLineDeps {
  readonly locks: LeaderLocks;
  readonly lockName: string;
  readonly dispatch: (event: CoreEvent) => void;
  readonly reportError: (error: unknown) => void;
}

export function createLockLine({ locks, lockName, dispatch, reportError }: LockLineDeps): LockLine {
  let leave = (): void => {};
  let ended: Promise<unknown> = Promise.resolve();

  return {
    enter(mode) {
      leave();
      const place = new AbortController();
      leave = () => place.abort();
      ended = locks
        .hold(lockName, { mode, signal: place.signal }, () => holdUntil(place.signal))
        // A place that was left has nothing to tell any more.
        .then((end) => end === "stolen" && !place.signal.aborted && dispatch({ type: "robbed" }), reportError);
    },
    leave: () => leave(),
    ended: () => ended,
  };

  /** Granted in the moment in which this tab left the line, it is given back at once. */
  function holdUntil(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener("abort", () => resolve());
      dispatch({ type: "granted" });
    });
  }
}

import type { LeaderLocks } from "./locks.ts";

export interface Leadership {
  /** Waits in line; `onLead` is called once this tab leads, at once or when the leader before it has died. */
  start(onLead: () => void): void;
  /** Leaves the line, or hands over. */
  stop(): Promise<void>;
}

export function createLeadership({ locks, name }: { readonly locks: LeaderLocks; readonly name: string }): Leadership {
  const waiting = new AbortController();
  let handOver = (): void => {};
  let ended: Promise<void> = Promise.resolve();
  return {
    start(onLead) {
      ended = locks.hold(name, waiting.signal, () => {
        // Granted in the moment in which this tab left the line.
        if (waiting.signal.aborted) return Promise.resolve();
        const term = new Promise<void>((resolve) => {
          handOver = resolve;
        });
        onLead();
        return term;
      });
    },
    async stop() {
      waiting.abort();
      handOver();
      await ended;
    },
  };
}

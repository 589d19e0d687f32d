import type { TabChannel, TabMessage } from "../src/tabs/channel.ts";
import type { LeaderLocks } from "../src/tabs/locks.ts";

/** Locks and channels of one browser, per database name. A killed tab gives its lock back, as a browser would. */
export interface FakeBrowser {
  openTab(): FakeTab;
}

export interface FakeTab {
  readonly locks: LeaderLocks;
  channel(name: string): TabChannel;
  /** Ends the tab without a word. */
  kill(): void;
}

interface Holder {
  readonly tab: object;
  readonly start: () => void;
}

export function createFakeBrowser(): FakeBrowser {
  const queues = new Map<string, Holder[]>();
  const listeners = new Map<string, Set<{ readonly tab: object; readonly hear: (message: TabMessage) => void }>>();

  const leave = (name: string, tab: object): void => {
    const queue = queues.get(name) ?? [];
    const wasFirst = queue[0]?.tab === tab;
    const rest = queue.filter((holder) => holder.tab !== tab);
    queues.set(name, rest);
    if (wasFirst) rest[0]?.start();
  };

  return {
    openTab() {
      const tab = {};
      let isDead = false;
      return {
        locks: {
          hold: (name, signal, hold) =>
            new Promise((resolve) => {
              const end = () => {
                leave(name, tab);
                resolve();
              };
              const start = () => void (isDead ? end() : hold().then(end));
              const queue = queues.get(name) ?? [];
              queues.set(name, [...queue, { tab, start }]);
              signal.addEventListener("abort", () => {
                if (queues.get(name)?.[0]?.tab !== tab) end();
              });
              if (queue.length === 0) start();
            }),
        },
        channel(name) {
          const group = listeners.get(name) ?? new Set();
          listeners.set(name, group);
          return {
            isConnected: true,
            post(message) {
              if (isDead) return;
              const copy = structuredClone(message);
              for (const { tab: other, hear } of group) if (other !== tab) queueMicrotask(() => hear(copy));
            },
            listen: (hear) => void group.add({ tab, hear: (message) => void (isDead || hear(message)) }),
            close() {
              for (const entry of group) if (entry.tab === tab) group.delete(entry);
            },
          };
        },
        kill() {
          isDead = true;
          for (const name of queues.keys()) leave(name, tab);
        },
      };
    },
  };
}

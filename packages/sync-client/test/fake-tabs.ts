import type { Clock } from "../src/clock.ts";
import type { TabChannel, TabMessage } from "../src/tabs/channel.ts";
import type { LeaderLocks, LockEnd, LockRequest } from "../src/tabs/locks.ts";

/** Locks and channels of one browser, per database name. A killed tab gives its lock back, as a browser would. */
export interface FakeBrowser {
  openTab(): FakeTab;
}

export interface FakeTab {
  readonly locks: LeaderLocks;
  channel(name: string): TabChannel;
  /** A clock whose timers ring late while the tab is frozen. */
  clock(clock: Clock): Clock;
  /** Resolves at once, or when the tab is no longer frozen. */
  awake(): Promise<void>;
  /** SIGSTOP: locks stay its own, and everything that would run in it waits. */
  freeze(): void;
  thaw(): void;
  /** Ends the tab without a word. */
  kill(): void;
}

interface Claim {
  readonly tab: object;
  readonly grant: () => void;
  readonly end: (end: LockEnd) => void;
}

export function createFakeBrowser(): FakeBrowser {
  /** The first of a queue holds the lock. */
  const queues = new Map<string, Claim[]>();
  const listeners = new Map<string, Set<{ readonly tab: object; readonly hear: (message: TabMessage) => void }>>();
  const claims = (name: string) => queues.get(name) ?? [];

  function leave(name: string, isLeaving: (claim: Claim) => boolean): void {
    const [holder, ...waiting] = claims(name);
    const rest = claims(name).filter((claim) => !isLeaving(claim));
    queues.set(name, rest);
    if (holder !== undefined && isLeaving(holder) && waiting.length > 0) rest[0]?.grant();
  }

  function request(name: string, { mode, signal }: LockRequest, claim: Claim): void {
    const [holder, ...waiting] = claims(name);
    if (mode === "if-free" && holder !== undefined) return claim.end("missed");
    if (mode === "steal") {
      queues.set(name, [claim, ...waiting]);
      holder?.end("stolen");
      return claim.grant();
    }
    queues.set(name, [...claims(name), claim]);
    signal.addEventListener("abort", () => {
      if (claims(name)[0] === claim) return;
      leave(name, (other) => other === claim);
      claim.end("given-back");
    });
    if (holder === undefined) claim.grant();
  }

  return {
    openTab() {
      const tab = {};
      let state: "awake" | "frozen" | "dead" = "awake";
      let backlog: (() => void)[] = [];
      /** Runs `work` in the tab, when it can. */
      const within = (work: () => void): void => {
        if (state === "awake") work();
        else if (state === "frozen") backlog.push(work);
      };

      return {
        locks: {
          hold: (name, lockRequest, hold) =>
            new Promise((resolve) => {
              const claim: Claim = {
                tab,
                grant: () => within(() => void hold().then(() => giveBack())),
                end: (end) => (state === "dead" ? resolve(end) : within(() => resolve(end))),
              };
              const giveBack = () => {
                leave(name, (other) => other === claim);
                resolve("given-back");
              };
              // A killed tab was about to open: nobody would ever take its claim out of the line.
              if (state === "dead") resolve("given-back");
              else request(name, lockRequest, claim);
            }),
        },
        channel(name) {
          const group = listeners.get(name) ?? new Set();
          listeners.set(name, group);
          return {
            post(message) {
              if (state === "dead") return;
              const copy = structuredClone(message);
              for (const { tab: other, hear } of group) if (other !== tab) queueMicrotask(() => hear(copy));
            },
            listen: (hear) => void group.add({ tab, hear: (message) => within(() => hear(message)) }),
            close() {
              for (const entry of group) if (entry.tab === tab) group.delete(entry);
            },
          };
        },
        clock: ({ now, after }) => ({ now, after: (delayMs, work) => after(delayMs, () => within(work)) }),
        awake: () => (state === "frozen" ? new Promise((resolve) => backlog.push(resolve)) : Promise.resolve()),
        freeze() {
          if (state === "awake") state = "frozen";
        },
        thaw() {
          if (state !== "frozen") return;
          state = "awake";
          const late = backlog;
          backlog = [];
          for (const work of late) work();
        },
        kill() {
          state = "dead";
          for (const name of queues.keys()) leave(name, (claim) => claim.tab === tab);
        },
      };
    },
  };
}

import type { LeaderLocks, LockEnd, LockRequest } from "../../../src/tabs/locks.ts";
import type { TabLife } from "./tab-life.ts";

interface Holder {
  readonly life: TabLife;
  /** The tab gets the lock. */
  readonly grant: () => void;
  /** The tab is told that it lost the lock; whatever it still does is its own affair. */
  readonly rob: () => void;
}

/** The Web Locks of one browser: a line for each name. `soon` is how long the browser takes to pass a lock on. */
export function createSimulatedLocks(soon: (task: () => void) => void) {
  const lines = new Map<string, Holder[]>();
  const lineOf = (name: string): Holder[] => {
    const line = lines.get(name) ?? [];
    lines.set(name, line);
    return line;
  };

  function leave(name: string, holder: Holder): void {
    const line = lineOf(name);
    const position = line.indexOf(holder);
    if (position === -1) return;
    line.splice(position, 1);
    const [next] = line;
    if (position === 0 && next !== undefined) soon(next.grant);
  }

  return {
    locksOf: (life: TabLife): LeaderLocks => ({
      hold: (name, request, hold) =>
        new Promise((resolve) => {
          const holder = createHolder({ name, request, hold, life, resolve });
          const line = lineOf(name);
          const isTaken = line.length > 0;
          if (isTaken && request.mode === "if-free") return life.deliver(() => resolve("missed"));
          if (isTaken && request.mode === "steal") {
            const [robbed] = line.splice(0, 1, holder);
            robbed?.rob();
            return soon(holder.grant);
          }
          line.push(holder);
          if (!isTaken) soon(holder.grant);
        }),
    }),
    /** Whether a lock is the tab's, which may not know so yet, or not any more. */
    isHeldBy: (life: TabLife): boolean => [...lines.values()].some(([first]) => first?.life === life),
    /** The tab is gone, and so are its locks and its places in line. */
    release(life: TabLife): void {
      for (const [name, line] of lines) {
        for (const holder of line.filter((other) => other.life === life)) leave(name, holder);
      }
    },
  };

  function createHolder(deps: {
    readonly name: string;
    readonly request: LockRequest;
    readonly hold: () => Promise<void>;
    readonly life: TabLife;
    readonly resolve: (end: LockEnd) => void;
  }): Holder {
    const { name, request, hold, life, resolve } = deps;
    let isGranted = false;
    const giveBack = () => {
      leave(name, holder);
      resolve("given-back");
    };
    const holder: Holder = {
      life,
      grant: () =>
        life.deliver(() => {
          // Robbed, or out of the line, before it heard that it was its turn.
          if (isGranted || lineOf(name)[0] !== holder) return;
          isGranted = true;
          void hold().then(giveBack);
        }),
      rob: () => life.deliver(() => resolve("stolen")),
    };
    request.signal.addEventListener("abort", () => {
      if (!isGranted) giveBack();
    });
    return holder;
  }
}
export type SimulatedLocks = ReturnType<typeof createSimulatedLocks>;

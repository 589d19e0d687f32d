/** One tab's time: what reaches it while it is frozen waits, and nothing reaches it once it is dead. */
export interface TabLife {
  readonly state: "awake" | "frozen" | "dead";
  /** Runs `task` in the tab, as soon as it runs at all. */
  deliver(task: () => void): void;
  /** The same promise, as the tab hears of it. */
  receive<Value>(promise: Promise<Value>): Promise<Value>;
  freeze(): void;
  thaw(): void;
  kill(): void;
}

export function createTabLife(): TabLife {
  let state: TabLife["state"] = "awake";
  let waiting: (() => void)[] = [];
  const life: TabLife = {
    get state() {
      return state;
    },
    deliver(task) {
      if (state === "awake") task();
      else if (state === "frozen") waiting.push(task);
    },
    receive: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => life.deliver(() => resolve(value)),
          (error: unknown) => life.deliver(() => reject(error)),
        );
      }),
    freeze() {
      if (state === "awake") state = "frozen";
    },
    thaw() {
      if (state !== "frozen") return;
      state = "awake";
      const tasks = waiting;
      waiting = [];
      for (const task of tasks) life.deliver(task);
    },
    kill() {
      state = "dead";
      waiting = [];
    },
  };
  return life;
}

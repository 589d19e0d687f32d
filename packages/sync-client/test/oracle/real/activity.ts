/** What real storage and a real database do just now: while anything runs there, simulated time stands still. */
export interface Activity {
  /** Counts as running until it has ended. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Inside of `during`: what waits for simulated time does not run. */
  outside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Resolves once nothing runs, and nothing more follows from what ran. */
  settled(): Promise<void>;
}

export function createActivity(): Activity {
  let running = 0;

  return {
    async during(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
    async outside(work) {
      running -= 1;
      try {
        return await work();
      } finally {
        running += 1;
      }
    },
    async settled() {
      do await turnOfTheLoop();
      while (running > 0);
    },
  };
}

/** Everything that waits for promises only has gone on by then. */
const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The same object, whose every call counts as running until its promise is kept. */
export function watched<Target extends object>(target: Target, { during }: Activity): Target {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]) => {
        const answer: unknown = Reflect.apply(member, object, args);
        return answer instanceof Promise ? during(() => answer) : answer;
      };
    },
  });
}

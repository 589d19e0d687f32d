import { TidemarkError } from "@tidemark/api/errors";

export interface ConnectionGate {
  /** Runs `work` once fewer than `slots` others run. @throws TidemarkError `UNAVAILABLE` when that takes too long. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Bounds the wait for a connection. The drivers queue without end: behind held connections every request would hang, where
 * a refusal with `Retry-After` lets the caller decide. First come, first served.
 */
export function createConnectionGate({
  slots,
  maxWaitMs,
}: {
  readonly slots: number;
  readonly maxWaitMs: number;
}): ConnectionGate {
  let free = slots;
  const waiting = new Set<() => void>();

  async function enter(): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer);
        waiting.delete(admit);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(admit);
        reject(exhausted(maxWaitMs));
      }, maxWaitMs);
      waiting.add(admit);
    });
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

const exhausted = (maxWaitMs: number) =>
  new TidemarkError("UNAVAILABLE", {
    message: `No database connection became free within ${maxWaitMs / 1000} s; nothing was decided. Try again shortly.`,
    retryAfterSeconds: 1,
  });

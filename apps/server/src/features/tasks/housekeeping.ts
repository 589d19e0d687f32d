/** How long a stop waits for a run under way; what it has not done by then, the next run does. */
const STOP_WAIT_MS = 1_000;

export interface Housekeeping {
  start(): Promise<void>;
  /** No run begins after this. */
  stop(): Promise<void>;
}

/** Runs `work` soon after the start and then again and again; a run that fails is told, and the next one comes all the same. */
export function createHousekeeping({
  work,
  firstDelayMs,
  intervalMs,
  onError,
}: {
  readonly work: () => Promise<unknown>;
  readonly firstDelayMs: number;
  /** From the end of one run to the beginning of the next. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}): Housekeeping {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const plan = (delayMs: number) => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
    timer.unref();
  };
  const run = async () => {
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    plan(intervalMs);
  };

  return {
    start: async () => plan(firstDelayMs),
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      const { promise: waitedLongEnough, resolve } = Promise.withResolvers<void>();
      const limit = setTimeout(resolve, STOP_WAIT_MS);
      await Promise.race([running, waitedLongEnough]);
      clearTimeout(limit);
    },
  };
}

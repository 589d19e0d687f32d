const TICK_MS = 50;

/** Counts the milliseconds that this process lives through: while the machine stands still, so does the count. */
export function startStopwatch(): { stop(): number } {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), TICK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return ticks * TICK_MS;
    },
  };
}

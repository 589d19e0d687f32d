/** Time as the core sees it; a simulation brings its own. */
export interface Clock {
  /** Milliseconds since 1970, for display: it decides nothing but where the keys of a new database begin. */
  now(): number;
  /** Runs `work` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};

export const isoTime = (clock: Clock): string => new Date(clock.now()).toISOString();

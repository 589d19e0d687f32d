/** What is left after one more call. */
export interface RateLimitState {
  readonly isAllowed: boolean;
  /** Calls that are left in this window. */
  readonly remaining: number;
  /** Milliseconds until the window begins anew. */
  readonly resetMs: number;
}

/** Counts calls in windows of a minute, beginning with a key's first call. */
export interface RateLimiter {
  /** Counts one call of `key`, of which a window allows `limit`. */
  consume(key: string, limit: number): Promise<RateLimitState>;
}

export const WINDOW_SECONDS = 60;

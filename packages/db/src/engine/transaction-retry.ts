import { setTimeout as delay } from "node:timers/promises";
import { classifyFailure, translateFailure, unavailable } from "./database-failure.ts";

/** How often a transaction that lost against another is tried in all. */
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 10;

/**
 * Runs a transaction again after a deadlock or serialization failure, after a random pause, so that the same transactions
 * do not meet again. What still fails then is `UNAVAILABLE`: nothing of it stayed.
 */
export async function retryConflicts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (classifyFailure(error) !== "conflict") throw translateFailure(error);
      if (attempts === MAX_ATTEMPTS) throw unavailable(error);
    }
    await delay(Math.random() * FIRST_PAUSE_MS * 2 ** attempts);
  }
}

import type { Clock } from "../clock/clock.ts";
import type { PresenceStore } from "./presence-store.ts";

/** How many people may be remembered before those who have left are looked for and forgotten. */
const SWEEP_AT = 10_000;

/** In this process: whoever is here by another node is not seen. */
export function createMemoryPresenceStore({
  clock,
  ttlSeconds,
}: {
  readonly clock: Clock;
  readonly ttlSeconds: number;
}): PresenceStore {
  const ttlMs = ttlSeconds * 1000;
  /** By the monotonic clock, oldest first. */
  const seenAt = new Map<string, number>();

  return {
    async touch(userId) {
      // Set anew, so that the map stays in the order of the times.
      seenAt.delete(userId);
      seenAt.set(userId, clock.monotonic());
      if (seenAt.size >= SWEEP_AT) forgetGone();
    },
    async onlineAmong(userIds) {
      return new Set(userIds.filter((id) => isRecent(seenAt.get(id))));
    },
  };

  function isRecent(at: number | undefined): boolean {
    return at !== undefined && clock.monotonic() - at <= ttlMs;
  }

  function forgetGone(): void {
    for (const [userId, at] of seenAt) {
      if (isRecent(at)) return;
      seenAt.delete(userId);
    }
  }
}

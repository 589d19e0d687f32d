import { TidemarkError, type AuthenticatedUser } from "@tidemark/api/server";
import type { Clock } from "../../platform/clock/clock.ts";

/** How long an answer about a session may be used again: well within the second in which a sign-out must bite. */
const MAX_AGE_MS = 500;

export interface SessionGuard {
  /**
   * Whether the session is in force. Requests of the same half second share one read.
   * @throws TidemarkError `UNAVAILABLE` when the session cannot be read: that is no reason to sign anybody out.
   */
  isInForce(user: AuthenticatedUser): Promise<boolean>;
  /** The session was ended here: the next request reads it afresh. */
  forgetSession(sessionId: string): void;
  forgetUser(userId: string): void;
}

interface Entry {
  readonly userId: string;
  readonly readAt: number;
  readonly inForce: Promise<boolean>;
}

export function createSessionGuard({
  clock,
  readSession,
}: {
  readonly clock: Clock;
  /** Whether the session of this user is there and in force. */
  readonly readSession: (user: AuthenticatedUser) => Promise<boolean>;
}): SessionGuard {
  /** Oldest first, since an entry is never renewed in place. */
  const entries = new Map<string, Entry>();

  const dropOld = (now: number) => {
    for (const [sessionId, { readAt }] of entries) {
      if (now - readAt < MAX_AGE_MS) return;
      entries.delete(sessionId);
    }
  };

  return {
    isInForce: async (user) => {
      const now = clock.monotonic();
      dropOld(now);
      const known = entries.get(user.sessionId);
      if (known !== undefined) return known.userId === user.id && known.inForce;
      const entry = { userId: user.id, readAt: now, inForce: readSession(user) };
      entries.set(user.sessionId, entry);
      try {
        return await entry.inForce;
      } catch (error) {
        if (entries.get(user.sessionId) === entry) entries.delete(user.sessionId);
        throw unavailable(error);
      }
    },
    forgetSession: (sessionId) => {
      entries.delete(sessionId);
    },
    forgetUser: (userId) => {
      for (const [sessionId, entry] of entries) if (entry.userId === userId) entries.delete(sessionId);
    },
  };
}

function unavailable(error: unknown): TidemarkError {
  if (error instanceof TidemarkError && error.code === "UNAVAILABLE") return error;
  return new TidemarkError("UNAVAILABLE", {
    message: "Your session cannot be checked right now; try again in a moment.",
    retryAfterSeconds: 1,
    cause: error,
  });
}

import type { DatabaseHandle, SessionStore } from "@tidemark/db";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Ids } from "../../platform/ids/ids.ts";
import { SESSION_LIFETIME_MS } from "../../security/session-lifetime.ts";

/** The number of a session's first refresh token. */
export const FIRST_GENERATION = 1;

/** Begins a person's session, whichever way they signed in; answers its id. */
export async function startSession(
  {
    sessions,
    clock,
    ids,
  }: { readonly sessions: Pick<SessionStore, "insert">; readonly clock: Clock; readonly ids: Ids },
  db: DatabaseHandle,
  userId: string,
): Promise<string> {
  const id = ids.uuid();
  const now = clock.now();
  const startedAt = new Date(now).toISOString();
  const expiresAt = new Date(now + SESSION_LIFETIME_MS).toISOString();
  await sessions.insert(db, {
    id,
    userId,
    generation: FIRST_GENERATION,
    rotatedAt: startedAt,
    createdAt: startedAt,
    expiresAt,
  });
  return id;
}

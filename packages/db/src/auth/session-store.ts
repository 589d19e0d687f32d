import { and, eq, isNull, lt, or } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { sessions } from "./session-tables.ts";

/** A sign-in: one family of refresh tokens. Times are ISO text. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** The number of the family's newest token, from 1. */
  readonly generation: number;
  readonly rotatedAt: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly generation?: number;
  readonly rotatedAt: string;
  readonly createdAt?: string;
  readonly expiresAt: string;
}

export interface SessionRotation {
  readonly generation: number;
  readonly rotatedAt: string;
  readonly expiresAt: string;
}

export function createSessionStore() {
  return {
    async insert(db: DatabaseHandle, session: NewSession): Promise<void> {
      await db.insert(sessions).values(session);
    },

    async findById(db: DatabaseHandle, id: string): Promise<Session | undefined> {
      const [session] = await db.select().from(sessions).where(eq(sessions.id, id));
      return session;
    },

    /** Locks the row until the transaction ends, so that two rotations of one family come one after the other. */
    async lockById(db: DatabaseHandle, id: string): Promise<Session | undefined> {
      const [session] = await db.select().from(sessions).where(eq(sessions.id, id)).for("update");
      return session;
    },

    async rotate(db: DatabaseHandle, id: string, rotation: SessionRotation): Promise<void> {
      await db.update(sessions).set(rotation).where(eq(sessions.id, id));
    },

    /** The first revocation's time stays. */
    async revoke(db: DatabaseHandle, id: string, revokedAt: string): Promise<void> {
      await db
        .update(sessions)
        .set({ revokedAt })
        .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)));
    },

    async revokeAllOfUser(db: DatabaseHandle, userId: string, revokedAt: string): Promise<void> {
      await db
        .update(sessions)
        .set({ revokedAt })
        .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt)));
    },

    /** Forgets sessions that expired or were revoked before `before` (ISO time); answers how many. */
    async deleteEnded(db: DatabaseHandle, before: string): Promise<number> {
      const deleted = await db
        .delete(sessions)
        .where(or(lt(sessions.expiresAt, before), lt(sessions.revokedAt, before)))
        .returning({ id: sessions.id });
      return deleted.length;
    },
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

import { and, eq, type SQL } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { identities } from "./identity-tables.ts";

/** A person's name at an outside provider: `iss` and `sub` of its tokens. */
export interface IdentityKey {
  readonly issuer: string;
  readonly subject: string;
}

export interface Identity extends IdentityKey {
  readonly userId: string;
  readonly sessionId: string | null;
}

export function createIdentityStore() {
  return {
    async find(db: DatabaseHandle, key: IdentityKey): Promise<Identity | undefined> {
      const [identity] = await db.select(columns).from(identities).where(isKey(key));
      return identity;
    },

    /** Locks the row until the transaction ends, so that two first calls after a sign-out start one session. */
    async lock(db: DatabaseHandle, key: IdentityKey): Promise<Identity | undefined> {
      const [identity] = await db.select(columns).from(identities).where(isKey(key)).for("update");
      return identity;
    },

    /** `false` when the identity is there already; nothing is written then. */
    async insert(db: DatabaseHandle, identity: Identity): Promise<boolean> {
      const inserted = await db
        .insert(identities)
        .values(identity)
        .onConflictDoNothing({ target: [identities.issuer, identities.subject] })
        .returning({ userId: identities.userId });
      return inserted.length > 0;
    },

    async setSession(db: DatabaseHandle, key: IdentityKey, sessionId: string): Promise<void> {
      await db.update(identities).set({ sessionId }).where(isKey(key));
    },
  };
}

export type IdentityStore = ReturnType<typeof createIdentityStore>;

const columns = {
  issuer: identities.issuer,
  subject: identities.subject,
  userId: identities.userId,
  sessionId: identities.sessionId,
};

const isKey = ({ issuer, subject }: IdentityKey): SQL | undefined =>
  and(eq(identities.issuer, issuer), eq(identities.subject, subject));

import { createHash, randomBytes } from "node:crypto";
import type { AuthenticatedUser } from "@tidemark/api/server";
import type { Database, DatabaseHandle, IdentityKey, IdentityStore, SessionStore, UserStore } from "@tidemark/db";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Ids } from "../../platform/ids/ids.ts";
import type { OutsideClaims } from "../../security/outside-tokens.ts";
import { hashPassword } from "./passwords.ts";
import { startSession } from "./start-session.ts";

/** People who sign in elsewhere. */
export interface OutsideIdentities {
  /**
   * The account behind a verified token: the one of this issuer and subject, else the one with the same address where the
   * provider has verified it, else a new one. A sign-out ends the tokens that were made before it.
   */
  resolve(claims: OutsideClaims): Promise<AuthenticatedUser>;
}

export interface OutsideIdentityDeps {
  readonly database: Database;
  readonly users: UserStore;
  readonly identities: IdentityStore;
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

export function createOutsideIdentities(deps: OutsideIdentityDeps): OutsideIdentities {
  const { database, users, identities, sessions, clock, ids } = deps;

  return {
    async resolve(claims) {
      const known = await identities.find(database.db, claims);
      if (known?.sessionId) {
        const session = await sessions.findById(database.db, known.sessionId);
        if (session !== undefined && !isOver(session, claims)) return { id: known.userId, sessionId: session.id };
      }
      // Made outside of the transaction: it takes a tenth of a second of the processor.
      const passwordHash = known === undefined ? await hashPassword(randomBytes(32).toString("base64url")) : "";
      return database.transaction(async (tx) => {
        const { userId, sessionId } = await findOrCreate(tx, { claims, passwordHash });
        const session = sessionId === null ? undefined : await sessions.findById(tx, sessionId);
        if (session !== undefined && !isOver(session, claims)) return { id: userId, sessionId: session.id };
        const started = await startSession(deps, tx, userId);
        await identities.setSession(tx, claims, started);
        return { id: userId, sessionId: started };
      });
    },
  };

  /**
   * Whether a token belongs to a new session. A session that was ended stays the answer for the tokens made before its end:
   * the guard refuses them.
   */
  function isOver(
    session: { readonly revokedAt: string | null; readonly expiresAt: string },
    { issuedAt }: OutsideClaims,
  ): boolean {
    if (session.revokedAt !== null) return issuedAt > Date.parse(session.revokedAt);
    return Date.parse(session.expiresAt) <= clock.now();
  }

  async function findOrCreate(
    tx: DatabaseHandle,
    { claims, passwordHash }: { readonly claims: OutsideClaims; readonly passwordHash: string },
  ) {
    const known = await identities.lock(tx, claims);
    if (known !== undefined) return known;
    const userId = await accountOf(tx, claims, passwordHash);
    const identity = { issuer: claims.issuer, subject: claims.subject, userId, sessionId: null };
    if (await identities.insert(tx, identity)) return identity;
    // Another call of the same person was first.
    return (await identities.lock(tx, claims)) ?? identity;
  }

  async function accountOf(tx: DatabaseHandle, claims: OutsideClaims, passwordHash: string): Promise<string> {
    const email = claims.verifiedEmail ?? unreachableAddress(claims);
    const name = claims.name?.trim().slice(0, 100) || email.split("@", 1)[0] || "Somebody";
    const created = await users.insert(tx, { id: ids.uuid(), email, name, passwordHash });
    const account = created ?? (await users.findByEmail(tx, email));
    if (account === undefined) throw new TypeError("An account was neither made nor found.");
    return account.id;
  }
}

/** An address that nobody has verified may be anybody's: the account gets one that no mail can reach. */
function unreachableAddress({ issuer, subject }: IdentityKey): string {
  const digest = createHash("sha256").update(`${issuer}\n${subject}`).digest("hex");
  return `${digest.slice(0, 32)}@identity.invalid`;
}

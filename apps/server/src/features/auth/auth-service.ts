import { TidemarkError, type AuthenticatedUser, type AuthOperations, type Session } from "@tidemark/api/server";
import type { Database, DatabaseHandle, SessionStore, UserStore } from "@tidemark/db";
import type { DomainMetrics } from "../../observability/metrics.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Ids } from "../../platform/ids/ids.ts";
import type { AccessTokens } from "../../security/access-tokens.ts";
import { SESSION_LIFETIME_MS } from "../../security/session-lifetime.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { Profiles } from "./profiles.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";
import type { SessionGuard } from "./session-guard.ts";
import type { SocketTickets } from "./socket-tickets.ts";
import { FIRST_GENERATION, startSession } from "./start-session.ts";

/** How long a used refresh token still answers its successor: two tabs, or an answer that was lost. */
const REFRESH_GRACE_MS = 30_000;

export interface AuthServiceDeps {
  readonly database: Database;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly sessionGuard: SessionGuard;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly metrics: DomainMetrics;
  readonly profiles: Profiles;
  readonly tickets: Pick<SocketTickets, "issue">;
}

interface SessionPosition {
  readonly sessionId: string;
  readonly userId: string;
  readonly generation: number;
}

/** What became of a refresh token that verified. */
type Rotation =
  | { readonly outcome: "rotated" | "repeated"; readonly userId: string; readonly generation: number }
  | { readonly outcome: "reused" | "ended" };

export function createAuthService(deps: AuthServiceDeps): AuthOperations {
  const { database, users, sessions, sessionGuard, accessTokens, refreshTokens, clock, ids } = deps;
  const count = (operation: string, result: string) => deps.metrics.tokenOperations.inc({ operation, result });
  const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString();

  return {
    async register({ email, password, name }) {
      const passwordHash = await hashPassword(password);
      const session = await database.transaction(async (tx) => {
        const user = await users.insert(tx, { id: ids.uuid(), email, name, passwordHash });
        return user && beginSession(tx, user.id);
      });
      if (session === undefined) {
        count("register", "refused");
        throw new TidemarkError("CONFLICT", {
          message: "There is an account with this mail address already; sign in instead.",
        });
      }
      count("register", "ok");
      return openSession(session);
    },

    async login({ email, password }) {
      const user = await users.findByEmail(database.db, email);
      const isTheirs = await verifyPassword(user?.passwordHash, password);
      if (user === undefined || !isTheirs) {
        count("login", "refused");
        throw new TidemarkError("UNAUTHORIZED", { message: "The mail address or the password is wrong." });
      }
      const session = await beginSession(database.db, user.id);
      count("login", "ok");
      return openSession(session);
    },

    async refresh(refreshToken) {
      const content = refreshTokens.decode(refreshToken);
      const rotation = content && (await database.transaction((tx) => rotate(tx, content)));
      if (content === undefined || rotation === undefined || !("userId" in rotation)) {
        if (rotation?.outcome === "reused") sessionGuard.forgetSession(content?.sessionId ?? "");
        count("refresh", rotation?.outcome ?? "refused");
        throw new TidemarkError("UNAUTHORIZED", { message: "The refresh token is not valid any more; sign in again." });
      }
      count("refresh", rotation.outcome);
      return openSession({ sessionId: content.sessionId, ...rotation });
    },

    async logout(user, { everywhere }) {
      const now = isoTime(clock.now());
      if (everywhere) await sessions.revokeAllOfUser(database.db, user.id, now);
      else await sessions.revoke(database.db, user.sessionId, now);
      // Only now: a read that began before the write may still bring the old state.
      if (everywhere) sessionGuard.forgetUser(user.id);
      else sessionGuard.forgetSession(user.sessionId);
      count("logout", everywhere ? "everywhere" : "ok");
    },

    me: (user) => publicUser(user.id),

    updateProfile: async (user, input) => {
      await deps.profiles.rename(user, input);
      return publicUser(user.id);
    },

    wsTicket: (user) => deps.tickets.issue(user),
  };

  async function beginSession(db: DatabaseHandle, userId: string): Promise<SessionPosition> {
    return { sessionId: await startSession(deps, db, userId), userId, generation: FIRST_GENERATION };
  }

  /** Under the session's row lock, so that two tabs that refresh at once are answered one after the other. */
  async function rotate(tx: DatabaseHandle, content: { sessionId: string; generation: number }): Promise<Rotation> {
    const session = await sessions.lockById(tx, content.sessionId);
    const now = clock.now();
    if (session === undefined || session.revokedAt !== null || Date.parse(session.expiresAt) <= now) {
      return { outcome: "ended" };
    }
    if (content.generation === session.generation) {
      const generation = session.generation + 1;
      const expiresAt = isoTime(now + SESSION_LIFETIME_MS);
      await sessions.rotate(tx, session.id, { generation, rotatedAt: isoTime(now), expiresAt });
      return { outcome: "rotated", userId: session.userId, generation };
    }
    // The successor is unused as long as it is the newest generation.
    const isWithinGrace = now - Date.parse(session.rotatedAt) <= REFRESH_GRACE_MS;
    if (content.generation === session.generation - 1 && isWithinGrace) {
      return { outcome: "repeated", userId: session.userId, generation: session.generation };
    }
    await sessions.revoke(tx, session.id, isoTime(now));
    return { outcome: "reused" };
  }

  async function openSession(at: SessionPosition): Promise<Session> {
    const user: AuthenticatedUser = { id: at.userId, sessionId: at.sessionId };
    return {
      accessToken: await accessTokens.issue(user),
      refreshToken: refreshTokens.encode(at),
      expiresIn: accessTokens.lifetimeSeconds,
      user: await publicUser(at.userId),
    };
  }

  async function publicUser(id: string) {
    const user = await users.findById(database.db, id);
    if (user === undefined) throw new TidemarkError("UNAUTHORIZED", { message: "This account no longer exists." });
    return { id: user.id, email: user.email, name: user.name };
  }
}

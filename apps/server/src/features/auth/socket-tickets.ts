import { createHash, randomBytes } from "node:crypto";
import type { AuthenticatedUser, SocketTicketAnswer } from "@tidemark/api/server";
import type { Database, SocketTicketStore } from "@tidemark/db";
import type { DomainMetrics } from "../../observability/metrics.ts";
import type { Clock } from "../../platform/clock/clock.ts";

/** A socket is opened at once; whatever is later was copied out of a log. */
const LIFETIME_MS = 30_000;
const TICKET_FORM = /^[\w-]{43}$/;

/** Proofs of who opens a socket, for URLs, where no header can be set and an access token would stay in logs. */
export interface SocketTickets {
  issue(user: AuthenticatedUser): Promise<SocketTicketAnswer>;
  /** Who it was made for; `undefined` for one that is unknown, used or too old. Each works once, on whichever node. */
  redeem(ticket: string): Promise<AuthenticatedUser | undefined>;
}

export function createSocketTickets(deps: {
  readonly database: Database;
  readonly tickets: SocketTicketStore;
  readonly clock: Clock;
  readonly metrics: DomainMetrics;
}): SocketTickets {
  const { database, tickets, clock } = deps;
  const count = (operation: string, result: string) => deps.metrics.tokenOperations.inc({ operation, result });
  return {
    async issue({ id, sessionId }) {
      const ticket = randomBytes(32).toString("base64url");
      const expiresAt = new Date(clock.now() + LIFETIME_MS).toISOString();
      await tickets.insert(database.db, { tokenHash: hash(ticket), userId: id, sessionId, expiresAt });
      count("ticket", "ok");
      return { ticket, expiresAt };
    },

    async redeem(ticket) {
      const found = TICKET_FORM.test(ticket) ? await tickets.take(database.db, hash(ticket)) : undefined;
      const isGood = found !== undefined && Date.parse(found.expiresAt) > clock.now();
      count("redeem", isGood ? "ok" : "refused");
      return isGood ? { id: found.userId, sessionId: found.sessionId } : undefined;
    },
  };
}

const hash = (ticket: string) => createHash("sha256").update(ticket).digest("base64url");

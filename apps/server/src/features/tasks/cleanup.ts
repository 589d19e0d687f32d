import type { SyncStore } from "@tidemark/api/server";
import type { Database, DatabaseHandle, InvitationStore, SessionStore, SocketTicketStore } from "@tidemark/db";
import type { DomainMetrics } from "../../observability/metrics.ts";
import type { Clock } from "../../platform/clock/clock.ts";

/** A device that was away for longer pulls from nothing: it may have missed that a row is gone. */
const DELETIONS_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export interface CleanupOutcome {
  readonly deletions: number;
  readonly sessions: number;
  readonly invitations: number;
  readonly tickets: number;
}

export interface Cleanup {
  /** Forgets what nobody needs any more; answers how much. Several nodes may do it at once. */
  run(): Promise<CleanupOutcome>;
}

export function createCleanup({
  database,
  syncStore,
  sessions,
  invitations,
  socketTickets,
  clock,
  metrics,
}: {
  readonly database: Database;
  readonly syncStore: Pick<SyncStore<DatabaseHandle>, "pruneDeletions">;
  readonly sessions: SessionStore;
  readonly invitations: InvitationStore;
  readonly socketTickets: SocketTicketStore;
  readonly clock: Clock;
  readonly metrics: DomainMetrics;
}): Cleanup {
  return {
    async run() {
      const now = clock.now();
      const isoNow = new Date(now).toISOString();
      const outcome = {
        deletions: await syncStore.pruneDeletions(new Date(now - DELETIONS_KEPT_MS).toISOString()),
        sessions: await sessions.deleteEnded(database.db, isoNow),
        invitations: await invitations.deleteExpired(database.db, isoNow),
        tickets: await socketTickets.deleteExpired(database.db, isoNow),
      };
      metrics.cleanupRows.inc({ kind: "deletion" }, outcome.deletions);
      metrics.cleanupRows.inc({ kind: "session" }, outcome.sessions);
      metrics.cleanupRows.inc({ kind: "invitation" }, outcome.invitations);
      metrics.cleanupRows.inc({ kind: "ticket" }, outcome.tickets);
      return outcome;
    },
  };
}

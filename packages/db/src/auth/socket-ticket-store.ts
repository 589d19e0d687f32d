import { eq, lt } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { socketTickets } from "./socket-ticket-tables.ts";

export interface SocketTicket {
  readonly tokenHash: string;
  readonly userId: string;
  readonly sessionId: string;
  /** ISO time. */
  readonly expiresAt: string;
}

export function createSocketTicketStore() {
  return {
    async insert(db: DatabaseHandle, ticket: SocketTicket): Promise<void> {
      await db.insert(socketTickets).values(ticket);
    },

    /** Takes the ticket away: of two who come with it at once, on whichever nodes, one gets it. */
    async take(db: DatabaseHandle, tokenHash: string): Promise<SocketTicket | undefined> {
      const [ticket] = await db.delete(socketTickets).where(eq(socketTickets.tokenHash, tokenHash)).returning();
      return ticket;
    },

    /** Forgets tickets that ended unused before `before` (ISO time); answers how many. */
    async deleteExpired(db: DatabaseHandle, before: string): Promise<number> {
      const deleted = await db
        .delete(socketTickets)
        .where(lt(socketTickets.expiresAt, before))
        .returning({ tokenHash: socketTickets.tokenHash });
      return deleted.length;
    },
  };
}

export type SocketTicketStore = ReturnType<typeof createSocketTicketStore>;

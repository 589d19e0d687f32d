import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { utcTime } from "../engine/columns.ts";
import { sessions } from "./session-tables.ts";
import { users } from "./user-tables.ts";

/** Tickets that nobody has used yet: a used one is gone. */
export const socketTickets = pgTable(
  "socket_tickets",
  {
    /** The ticket itself is only with whom it was made for. */
    tokenHash: text("token_hash").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: uuid("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    expiresAt: utcTime("expires_at").notNull(),
  },
  (table) => [index("socket_tickets_end").on(table.expiresAt)],
);

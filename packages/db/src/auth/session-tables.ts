import { sql } from "drizzle-orm";
import { index, integer, pgTable, uuid } from "drizzle-orm/pg-core";
import { utcTime } from "../engine/columns.ts";
import { users } from "./user-tables.ts";

/** One row a sign-in: a family of refresh tokens. The tokens themselves are derived and never stored. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Counts the family's tokens; only the newest is good. */
    generation: integer().notNull().default(1),
    /** When the newest token took over. */
    rotatedAt: utcTime("rotated_at").notNull(),
    createdAt: utcTime("created_at")
      .notNull()
      .default(sql`clock_timestamp()`),
    expiresAt: utcTime("expires_at").notNull(),
    revokedAt: utcTime("revoked_at"),
  },
  (table) => [index("sessions_user").on(table.userId)],
);

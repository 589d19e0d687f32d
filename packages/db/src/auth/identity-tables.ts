import { sql } from "drizzle-orm";
import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { utcTime } from "../engine/columns.ts";
import { sessions } from "./session-tables.ts";
import { users } from "./user-tables.ts";

/** Who somebody is at an outside identity provider. */
export const identities = pgTable(
  "identities",
  {
    issuer: text().notNull(),
    /** The provider's own name for the person, which never goes to another. */
    subject: text().notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The session that this identity's tokens belong to now; a sign-out ends it. */
    sessionId: uuid("session_id").references(() => sessions.id, { onDelete: "set null" }),
    createdAt: utcTime("created_at")
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.issuer, table.subject] })],
);

import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { users } from "../auth/user-tables.ts";
import { utcTime } from "../engine/columns.ts";
import { lessons } from "./lesson-tables.ts";

export const invitations = pgTable(
  "invitations",
  {
    id: uuid().primaryKey(),
    lessonId: uuid("lesson_id")
      .notNull()
      .references(() => lessons.id, { onDelete: "cascade" }),
    /** Lower case, as people's addresses are. */
    email: text().notNull(),
    role: text({ enum: ["host", "participant", "viewer"] }).notNull(),
    /** The token itself is only in the mail. */
    tokenHash: text("token_hash").notNull().unique(),
    createdBy: uuid("created_by")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: utcTime("created_at")
      .notNull()
      .default(sql`clock_timestamp()`),
    acceptedAt: utcTime("accepted_at"),
    expiresAt: utcTime("expires_at").notNull(),
  },
  (table) => [
    index("invitations_lesson").on(table.lessonId),
    check("invitations_email_is_lower_case", sql`${table.email} = lower(${table.email})`),
    check("invitations_role", sql`${table.role} in ('host', 'participant', 'viewer')`),
  ],
);

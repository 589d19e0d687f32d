import { sql } from "drizzle-orm";
import { check, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { utcTime } from "../engine/columns.ts";

export const users = pgTable(
  "users",
  {
    id: uuid().primaryKey(),
    /** Lower case, so that one address is one person. */
    email: text().notNull().unique(),
    name: text().notNull(),
    passwordHash: text("password_hash").notNull(),
    createdAt: utcTime("created_at")
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [check("users_email_is_lower_case", sql`${table.email} = lower(${table.email})`)],
);

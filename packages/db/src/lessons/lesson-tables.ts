import { sql } from "drizzle-orm";
import { check, index, json, pgSequence, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { users } from "../auth/user-tables.ts";
import { count, utcTime } from "../engine/columns.ts";

export const lessons = pgTable("lessons", {
  id: uuid().primaryKey(),
  title: text().notNull(),
  startsAt: utcTime("starts_at").notNull(),
  /** JSON: drizzle loses the backslashes of an array's texts. */
  tags: json().$type<string[]>().notNull().default([]),
  description: text().notNull().default(""),
  createdAt: utcTime("created_at")
    .notNull()
    .default(sql`clock_timestamp()`),
  cancelledAt: utcTime("cancelled_at"),
});

/** Never gives a number twice, so a membership lost and regained is seen as two. */
export const grantNumbers = pgSequence("grant_numbers");

export const participants = pgTable(
  "participants",
  {
    id: uuid().primaryKey(),
    lessonId: uuid("lesson_id")
      .notNull()
      .references(() => lessons.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text({ enum: ["host", "participant", "viewer"] }).notNull(),
    grantNumber: count("grant_number")
      .notNull()
      .default(sql`nextval('grant_numbers')`),
    createdAt: utcTime("created_at")
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    unique("participants_once_a_lesson").on(table.lessonId, table.userId),
    index("participants_user").on(table.userId, table.lessonId),
    check("participants_role", sql`${table.role} in ('host', 'participant', 'viewer')`),
  ],
);

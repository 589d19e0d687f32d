import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { users } from "../auth/user-tables.ts";
import { utcTime } from "../engine/columns.ts";
import { lessons } from "../lessons/lesson-tables.ts";

export const chatMessages = pgTable(
  "chat_messages",
  {
    id: uuid().primaryKey(),
    lessonId: uuid("lesson_id")
      .notNull()
      .references(() => lessons.id, { onDelete: "cascade" }),
    authorId: uuid("author_id")
      .notNull()
      .references(() => users.id),
    /** Emptied when the message is deleted. */
    text: text().notNull(),
    /**
     * SHA-256, in hex, of the text that was sent, once an edit has replaced it: the same call again is known by it. Emptied
     * when the message is deleted, since a short text can be guessed from it.
     */
    sentDigest: text("sent_digest"),
    createdAt: utcTime("created_at")
      .notNull()
      .default(sql`clock_timestamp()`),
    editedAt: utcTime("edited_at"),
    /** A deleted message keeps its row, so that its id cannot be used again. */
    deletedAt: utcTime("deleted_at"),
  },
  (table) => [
    index("chat_messages_history")
      .on(table.lessonId, table.createdAt, table.id)
      .where(sql`${table.deletedAt} is null`),
  ],
);

/** How far each person has read each lesson's chat. */
export const readMarks = pgTable(
  "read_marks",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    lessonId: uuid("lesson_id")
      .notNull()
      .references(() => lessons.id, { onDelete: "cascade" }),
    upToAt: utcTime("up_to_at").notNull(),
    /** The newest message that was read; null: everything of that instant. */
    upToMessageId: uuid("up_to_message_id"),
  },
  (table) => [primaryKey({ columns: [table.userId, table.lessonId] })],
);

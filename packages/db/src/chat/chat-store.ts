import type { ChatMessage, ChatSendArgs } from "@tidemark/api/server";
import { and, desc, eq, isNull, sql, type SQL } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { toUtcText } from "../engine/columns.ts";
import { gatherStatements } from "../engine/gathered-statement.ts";
import { runStatement } from "../engine/raw-rows.ts";
import { chatMessages } from "./chat-tables.ts";

/** A message or what is left of it. Times are ISO text with six decimals. */
export interface StoredChatMessage extends ChatMessage {
  /** Set once the message is deleted; its text is empty then. */
  readonly deletedAt: string | null;
  /** SHA-256, in hex, of the text as it was sent, where an edit has replaced it. */
  readonly sentDigest: string | null;
}

export interface NewChatMessage extends ChatSendArgs {
  readonly authorId: string;
}

const messageColumns = {
  id: chatMessages.id,
  lessonId: chatMessages.lessonId,
  authorId: chatMessages.authorId,
  text: chatMessages.text,
  createdAt: chatMessages.createdAt,
  editedAt: chatMessages.editedAt,
};
const storedColumns = { ...messageColumns, deletedAt: chatMessages.deletedAt, sentDigest: chatMessages.sentDigest };

const INSERT_MESSAGES = `
  insert into chat_messages (id, lesson_id, author_id, text)
  select id, "lessonId", "authorId", text
  from json_to_recordset($1::text::json) as message (id uuid, "lessonId" uuid, "authorId" uuid, text text)
  on conflict (id) do nothing
  returning id, lesson_id as "lessonId", author_id as "authorId", text, created_at as "createdAt",
    edited_at as "editedAt"`;

/** Its time is as the session prints it. */
type InsertedMessage = ChatMessage & { readonly editedAt: null } & Record<string, unknown>;

export function createChatStore() {
  const insert = gatherStatements<NewChatMessage, ChatMessage>({
    // As Postgres prints ids, however they were written.
    keyOf: ({ id }) => id.toLowerCase(),
    run: async (db, messages) => {
      const rows = messages.map(({ id, lessonId, authorId, text }) => ({ id, lessonId, authorId, text }));
      const inserted = await runStatement<InsertedMessage>(db, INSERT_MESSAGES, [JSON.stringify(rows)]);
      return new Map(inserted.map((row) => [row.id, { ...row, createdAt: toUtcText(row.createdAt) }]));
    },
  });

  return {
    /**
     * `undefined` when the id is taken, by a deleted message too; nothing is changed then. Messages that are inserted at
     * once share a statement: what refuses one fails all of them.
     */
    insertIfAbsent: (db: DatabaseHandle, message: NewChatMessage): Promise<ChatMessage | undefined> =>
      insert(db, message),

    /** Finds deleted messages too. With `lock` nobody else changes it before the transaction ends. */
    async find(
      db: DatabaseHandle,
      id: string,
      { lock = false }: { readonly lock?: boolean } = {},
    ): Promise<StoredChatMessage | undefined> {
      const query = db.select(storedColumns).from(chatMessages).where(eq(chatMessages.id, id));
      const [message] = await (lock ? query.for("no key update") : query);
      return message;
    },

    /** `undefined` for a message that does not exist or is deleted. */
    async updateText(
      db: DatabaseHandle,
      { id, text }: { readonly id: string; readonly text: string },
    ): Promise<ChatMessage | undefined> {
      const [updated] = await db
        .update(chatMessages)
        .set({ text, editedAt: sql`clock_timestamp()`, sentDigest: digestBeforeEdit })
        .where(and(eq(chatMessages.id, id), isNull(chatMessages.deletedAt)))
        .returning(messageColumns);
      return updated;
    },

    /** Empties the message and keeps its id; `undefined` for one that does not exist or is deleted already. */
    async markDeleted(db: DatabaseHandle, id: string): Promise<StoredChatMessage | undefined> {
      const [deleted] = await db
        .update(chatMessages)
        .set({ text: "", sentDigest: null, deletedAt: sql`clock_timestamp()` })
        .where(and(eq(chatMessages.id, id), isNull(chatMessages.deletedAt)))
        .returning(storedColumns);
      return deleted;
    },

    /** Newest first; `after` continues behind the last one of the page before. */
    async history(
      db: DatabaseHandle,
      page: {
        readonly lessonId: string;
        readonly after?: Pick<ChatMessage, "createdAt" | "id">;
        readonly limit: number;
      },
    ): Promise<ChatMessage[]> {
      const { lessonId, after, limit } = page;
      return db
        .select(messageColumns)
        .from(chatMessages)
        .where(and(eq(chatMessages.lessonId, lessonId), isNull(chatMessages.deletedAt), after && olderThan(after)))
        .orderBy(desc(chatMessages.createdAt), desc(chatMessages.id))
        .limit(limit);
    },
  };
}

/** Of the text as it was sent: the first edit's to take, and no later one's. Sending does not pay for it. */
const digestBeforeEdit = sql`case when ${chatMessages.editedAt} is null
  then encode(sha256(convert_to(${chatMessages.text}, 'UTF8')), 'hex') else ${chatMessages.sentDigest} end`;

export type ChatStore = ReturnType<typeof createChatStore>;

/** A row comparison, which the history index answers without reading what it leaves out. */
function olderThan({ createdAt, id }: Pick<ChatMessage, "createdAt" | "id">): SQL {
  return sql`(${chatMessages.createdAt}, ${chatMessages.id}) < (${createdAt}::timestamptz, ${id}::uuid)`;
}

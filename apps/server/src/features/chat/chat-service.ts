import type {
  ChatMessage,
  ChatOperations,
  ReadMark,
  SignText,
  SyncEngine,
  TidemarkContract,
} from "@tidemark/api/server";
import type { ChatStore, Database, DatabaseHandle } from "@tidemark/db";
import * as z from "zod";
import { createPageCursors } from "../../security/page-cursors.ts";
import type { PolicyEngine } from "../../security/policy-engine.ts";

const position = z.object({ createdAt: z.string(), id: z.uuid() });

/** Writes go through the engine, so that a direct call and a replayed queue share one handler. */
export function createChatService({
  engine,
  database,
  messages,
  policy,
  sign,
}: {
  readonly engine: Pick<SyncEngine<TidemarkContract, DatabaseHandle>, "execute">;
  readonly database: Database;
  readonly messages: ChatStore;
  readonly policy: PolicyEngine;
  readonly sign: SignText;
}): ChatOperations {
  const cursors = createPageCursors({ list: "chat", position, sign });
  return {
    send: async (user, args) => (await engine.execute(user, "chat.send", args)) as ChatMessage,
    edit: async (user, args) => (await engine.execute(user, "chat.edit", args)) as ChatMessage,
    delete: async (user, args) => (await engine.execute(user, "chat.delete", args)) as { readonly id: string },
    markRead: async (user, args) => (await engine.execute(user, "chat.markRead", args)) as ReadMark,

    async history(user, { lessonId, cursor, limit }) {
      const reader = `${user.id} ${lessonId}`;
      const before = cursor ? cursors.decode(cursor, reader) : undefined;
      await policy.requireInLesson({
        db: database.db,
        user,
        question: { lessonId, action: "read", subject: "ChatMessage" },
        notFound: "There is no such lesson, or you are not in it.",
      });
      const found = await messages.history(database.db, {
        lessonId,
        limit: limit + 1,
        ...(before !== undefined && { before }),
      });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      return { items, nextCursor: hasMore ? cursors.encode({ createdAt: last.createdAt, id: last.id }, reader) : null };
    },
  };
}

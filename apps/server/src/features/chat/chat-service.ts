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
import { createPages } from "../../security/pages.ts";
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
  const pages = createPages({ list: "chat", position, sign });
  return {
    send: async (user, args) => (await engine.execute(user, "chat.send", args)) as ChatMessage,
    edit: async (user, args) => (await engine.execute(user, "chat.edit", args)) as ChatMessage,
    delete: async (user, args) => (await engine.execute(user, "chat.delete", args)) as { readonly id: string },
    markRead: async (user, args) => (await engine.execute(user, "chat.markRead", args)) as ReadMark,

    history: (user, { lessonId, cursor, limit }) =>
      pages.read({
        reader: `${user.id} ${lessonId}`,
        cursor,
        limit,
        async find(part) {
          const question = { lessonId, action: "read", subject: "ChatMessage" } as const;
          await policy.requireInLesson({ db: database.db, user, question });
          return messages.history(database.db, { lessonId, ...part });
        },
      }),
  };
}

import type { TidemarkContract } from "@tidemark/api/server";
import type { ChatStore } from "@tidemark/db";
import { LESSON_NOT_FOUND, type OperationRules } from "../../security/policy-engine.ts";

type ChatOperationName = "chat.send" | "chat.edit" | "chat.delete" | "chat.markRead";
type ChatRules = Pick<OperationRules<TidemarkContract>, ChatOperationName>;

export const MESSAGE_NOT_FOUND = "There is no such message, or you are not in its lesson.";
const NOT_AUTHOR = "Only its author may change a message, and a viewer may not write.";

/** How chat's operations are judged: sending asks about the lesson, changing about the message that is there. */
export function createChatRules(messages: ChatStore): ChatRules {
  return {
    "chat.send": {
      notFound: LESSON_NOT_FOUND,
      forbidden: "You are a viewer in this lesson: you may read its chat, not write.",
      ask: async ({ user, args }) => ({
        lessonId: args.lessonId,
        action: "create",
        subject: "ChatMessage",
        fields: { authorId: user.id },
      }),
    },
    "chat.edit": {
      notFound: MESSAGE_NOT_FOUND,
      forbidden: NOT_AUTHOR,
      ask: async ({ tx, args }) => {
        const message = await messages.find(tx, args.id);
        if (message === undefined || message.deletedAt !== null) return undefined;
        const { lessonId, authorId } = message;
        return { lessonId, action: "update", subject: "ChatMessage", fields: { authorId } };
      },
    },
    "chat.delete": {
      notFound: MESSAGE_NOT_FOUND,
      forbidden: NOT_AUTHOR,
      ask: async ({ tx, user, args }) => {
        const message = await messages.find(tx, args.id);
        if (message === undefined) return undefined;
        const { lessonId, authorId } = message;
        // A second deletion by its author changes nothing; to everybody else a deleted message is gone.
        if (message.deletedAt !== null && authorId !== user.id) return undefined;
        return { lessonId, action: "delete", subject: "ChatMessage", fields: { authorId } };
      },
    },
    "chat.markRead": {
      notFound: LESSON_NOT_FOUND,
      forbidden: "Your role in this lesson does not let you read its chat.",
      ask: async ({ user, args }) => ({
        lessonId: args.lessonId,
        action: "update",
        subject: "ReadMark",
        fields: { userId: user.id },
      }),
    },
  };
}

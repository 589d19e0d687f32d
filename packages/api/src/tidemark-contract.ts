import { chatDeleteArgs, chatEditArgs, chatMessage, chatSendArgs } from "./chat/chat-contract.ts";
import { chatMarkReadArgs, isFurther, readMark, readMarkId } from "./chat/read-marks.ts";
import { lesson, lessonScope, lessonUpdateArgs, participant } from "./lessons/lessons-contract.ts";
import { defineSyncContract } from "./sync/sync-contract.ts";
import { userScope } from "./sync/system-contract.ts";

/** The live-lesson product's sync contract: what devices hold, and what they may do offline. */
export const tidemarkContract = defineSyncContract({
  name: "tidemark-lessons",
  version: 1,
  entities: {
    lesson: {
      schema: lesson,
      scopeOf: (row) => lessonScope(row.id),
      indexes: { byStart: ["startsAt"] },
      conflict: { title: "clientWins", startsAt: "serverWins", tags: "merge", description: "manual" },
    },
    participant: {
      schema: participant,
      scopeOf: (row) => lessonScope(row.lessonId),
      indexes: { byLesson: ["lessonId", "name"] },
    },
    chatMessage: {
      schema: chatMessage,
      scopeOf: (row) => lessonScope(row.lessonId),
      indexes: { byLesson: ["lessonId", "createdAt"] },
      conflict: { text: "lastWriterWins" },
    },
    readMark: {
      schema: readMark,
      scopeOf: (row) => userScope(row.userId),
      indexes: { byLesson: ["lessonId"] },
    },
  },
  operations: {
    "lesson.update": {
      args: lessonUpdateArgs,
      updates: "lesson",
      optimistic: (tx, { id, ...fields }) => tx.patch("lesson", id, fields),
    },
    "chat.send": {
      args: chatSendArgs,
      optimistic: (tx, args, { user, at }) =>
        tx.put("chatMessage", { ...args, authorId: user.id, createdAt: at, editedAt: null }),
    },
    "chat.edit": {
      args: chatEditArgs,
      updates: "chatMessage",
      optimistic: (tx, args, { at }) => tx.patch("chatMessage", args.id, { text: args.text, editedAt: at }),
    },
    "chat.delete": {
      args: chatDeleteArgs,
      optimistic: (tx, args) => tx.delete("chatMessage", args.id),
    },
    "chat.markRead": {
      args: chatMarkReadArgs,
      optimistic(tx, { lessonId, upTo }, { user }) {
        // A message that this device does not have (any more) has no place here; the server knows it.
        const upToAt = upTo.endsWith("Z") ? upTo : tx.get("chatMessage", upTo)?.createdAt;
        if (upToAt === undefined) return;
        const mark = { id: readMarkId(user.id, lessonId), userId: user.id, lessonId, upTo, upToAt };
        const current = tx.get("readMark", mark.id);
        if (current === undefined || isFurther(mark, current)) tx.put("readMark", mark);
      },
    },
  },
});

export type TidemarkContract = typeof tidemarkContract;

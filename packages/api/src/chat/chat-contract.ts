import * as z from "zod";
import { cleanText, isoTime, uuid } from "../values.ts";

/** Longest message, in UTF-16 code units. */
export const MAX_MESSAGE_LENGTH = 10_000;

const messageText = cleanText({ min: 1, max: MAX_MESSAGE_LENGTH });

export const chatMessage = z.object({
  id: z.uuid(),
  lessonId: z.uuid(),
  authorId: z.uuid(),
  text: z.string(),
  /** The server's time, in microseconds; the author's own clock until the server has answered. */
  createdAt: isoTime,
  editedAt: isoTime.nullable(),
});

export const chatSendArgs = z.strictObject({ id: uuid, lessonId: uuid, text: messageText });
export const chatEditArgs = z.strictObject({ id: uuid, text: messageText });
export const chatDeleteArgs = z.strictObject({ id: uuid });

export const chatHistoryInput = z.strictObject({
  lessonId: uuid,
  cursor: z.string().max(500).nullish(),
  limit: z.int().min(1).max(100).default(50),
});
/** Newest first. */
export const chatHistoryOutput = z.object({ items: z.array(chatMessage), nextCursor: z.string().nullable() });

export type ChatMessage = z.infer<typeof chatMessage>;
export type ChatSendArgs = z.infer<typeof chatSendArgs>;
export type ChatEditArgs = z.infer<typeof chatEditArgs>;
export type ChatDeleteArgs = z.infer<typeof chatDeleteArgs>;
export type ChatHistoryInput = z.infer<typeof chatHistoryInput>;
export type ChatHistoryOutput = z.infer<typeof chatHistoryOutput>;

import * as z from "zod";
import { isoTime, storedTime, uuid } from "../values.ts";
import type { ChatMessage } from "./chat-contract.ts";

/** How far one person has read one lesson's chat. It lies in their own scope: nobody else learns of it. */
export const readMark = z.object({
  /** As `readMarkId` makes it, so that every device of the person means the same row. */
  id: z.string(),
  userId: z.uuid(),
  lessonId: z.uuid(),
  /** The id of the newest message that was read; or, marked by time, the same text as `upToAt`. */
  upTo: z.string(),
  /** That message's `createdAt`: it outlives the message. */
  upToAt: isoTime,
});

/** `upTo` names a message of the lesson, or a time: everything up to then, and nothing that is yet to come. */
export const chatMarkReadArgs = z.strictObject({ lessonId: uuid, upTo: z.union([uuid, storedTime]) });

export type ReadMark = z.infer<typeof readMark>;
export type ChatMarkReadArgs = z.infer<typeof chatMarkReadArgs>;

/** A place in the order of a lesson's messages: by time, then by id; without an id, behind all of that instant. */
export type ReadPosition = Pick<ReadMark, "upTo" | "upToAt">;

export const readMarkId = (userId: string, lessonId: string): string => `${userId}.${lessonId}`;

const isByTime = ({ upTo, upToAt }: ReadPosition): boolean => upTo === upToAt;

/** Whether a message lies at or before the mark. Equal times are told apart by the ids, as everywhere in a chat. */
export function isRead({ createdAt, id }: Pick<ChatMessage, "createdAt" | "id">, mark: ReadPosition): boolean {
  if (createdAt !== mark.upToAt) return createdAt < mark.upToAt;
  return isByTime(mark) || id <= mark.upTo;
}

/** Whether `next` lies behind `current`: marks only ever grow. */
export function isFurther(next: ReadPosition, current: ReadPosition): boolean {
  if (isByTime(next)) return !isByTime(current) ? next.upToAt >= current.upToAt : next.upToAt > current.upToAt;
  return !isRead({ createdAt: next.upToAt, id: next.upTo }, current);
}

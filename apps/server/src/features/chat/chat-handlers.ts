import { createHash } from "node:crypto";
import {
  readMarkId,
  TidemarkError,
  type ChatMessage,
  type OperationHandlers,
  type ReadMark,
  type TidemarkContract,
} from "@tidemark/api/server";
import type { ChatStore, DatabaseHandle, NewReadMark, ReadMarkStore, StoredChatMessage } from "@tidemark/db";
import { MESSAGE_NOT_FOUND } from "./chat-rules.ts";

type ChatOperationName = "chat.send" | "chat.edit" | "chat.delete" | "chat.markRead";
type ChatHandlers = Pick<OperationHandlers<TidemarkContract, DatabaseHandle>, ChatOperationName>;

/**
 * The effects of chat's operations. Policy has been asked before any of them runs. Each that writes a message touches no
 * other, so those of different messages may share the wire.
 */
export function createChatHandlers({
  messages,
  readMarks,
}: {
  readonly messages: ChatStore;
  readonly readMarks: ReadMarkStore;
}): ChatHandlers {
  return {
    "chat.send": independently(async ({ tx, user, args, changes }) => {
      const written = await messages.insertIfAbsent(tx, { ...args, authorId: user.id });
      if (written !== undefined) {
        changes.put("chatMessage", written);
        return written;
      }
      const existing = await messages.find(tx, args.id);
      const isSame =
        existing?.deletedAt === null &&
        existing.authorId === user.id &&
        existing.lessonId === args.lessonId &&
        wasSentAs(existing, args.text);
      if (isSame) return toChatMessage(existing);
      throw new TidemarkError("CONFLICT", {
        message: "A message with this id but other content exists; take a new id.",
      });
    }),

    "chat.edit": independently(async ({ tx, args, changes }) => {
      const current = await messages.find(tx, args.id, { lock: true });
      if (current === undefined || current.deletedAt !== null) throw gone();
      if (current.text === args.text) return toChatMessage(current);
      const edited = await messages.updateText(tx, args);
      if (edited === undefined) throw gone();
      changes.put("chatMessage", edited);
      return edited;
    }),

    "chat.delete": independently(async ({ tx, args, changes }) => {
      const current = await messages.find(tx, args.id, { lock: true });
      if (current === undefined) throw gone();
      if (current.deletedAt === null) {
        await messages.markDeleted(tx, args.id);
        changes.delete("chatMessage", toChatMessage(current));
      }
      return { id: args.id };
    }),

    // In its turn: it may name a message that an operation before it sends.
    "chat.markRead": async ({ tx, user, args: { lessonId, upTo }, changes }) => {
      const place = isTime(upTo) ? { upToAt: upTo, upToMessageId: null } : await placeOf(tx, { lessonId, id: upTo });
      const { mark, hasMoved } = await readMarks.advance(tx, { userId: user.id, lessonId, ...place });
      const row = toReadMark(mark);
      if (hasMoved) changes.put("readMark", row);
      return row;
    },
  };

  /** A deleted message keeps its place: who has read up to it has read what stood before it. */
  async function placeOf(tx: DatabaseHandle, message: { readonly lessonId: string; readonly id: string }) {
    const found = await messages.find(tx, message.id);
    if (found?.lessonId !== message.lessonId) throw gone();
    return { upToAt: found.createdAt, upToMessageId: found.id };
  }
}

/** Its arguments have passed the contract: what is no id is a time, which ends in `Z`. */
const isTime = (upTo: string): boolean => upTo.endsWith("Z");

/** Marks a handler that touches nothing but the message that `id` names. */
function independently<Args extends { readonly id: string }, Call extends { readonly args: Args }>(
  apply: (call: Call) => Promise<unknown>,
) {
  return { independentBy: ({ id }: Args) => id, apply };
}

/** An edit since then does not make it another message. */
const wasSentAs = ({ text, editedAt, sentDigest }: StoredChatMessage, sent: string): boolean =>
  editedAt === null ? text === sent : sentDigest === createHash("sha256").update(sent).digest("hex");

function toChatMessage({ id, lessonId, authorId, text, createdAt, editedAt }: StoredChatMessage): ChatMessage {
  return { id, lessonId, authorId, text, createdAt, editedAt };
}

function toReadMark({ userId, lessonId, upToAt, upToMessageId }: NewReadMark): ReadMark {
  return { id: readMarkId(userId, lessonId), userId, lessonId, upTo: upToMessageId ?? upToAt, upToAt };
}

const gone = () => new TidemarkError("NOT_FOUND", { message: MESSAGE_NOT_FOUND });

import { isRead, type ReadPosition } from "@tidemark/api/contracts";
import type { ChatRow } from "./chat-row.ts";

/** Before the first message of all. */
export const NOTHING_READ: ReadPosition = { upTo: "", upToAt: "" };

export const placeOf = ({ id, createdAt }: ChatRow): ReadPosition => ({ upTo: id, upToAt: createdAt });

/** What of a conversation, in reading order, a person has not read: others' messages behind the mark. */
export interface Unread {
  readonly count: number;
  /** The index of the first; -1 where everything is read. */
  readonly firstIndex: number;
}

export function findUnread(ordered: readonly ChatRow[], mark: ReadPosition, userId: string): Unread {
  let [count, firstIndex] = [0, -1];
  // From the newest, so that the length of the history does not matter.
  for (let index = ordered.length - 1; index >= 0; index -= 1) {
    const row = ordered[index];
    if (row === undefined || (row.$state === "synced" && isRead(row, mark))) break;
    if (row.authorId !== userId) [count, firstIndex] = [count + 1, index];
  }
  return { count, firstIndex };
}

/** Indexes of the messages that are on the screen with all they have; `bottom` is the last of them. */
export interface View {
  readonly top: number;
  readonly bottom: number;
}

/**
 * How far the person has read once they see this: nothing where the first unread message is not on the screen. Who jumps
 * over messages, or gets two hundred above what they look at, has not read them.
 */
export function readBySeeing(
  ordered: readonly ChatRow[],
  { view, mark, userId }: { readonly view: View; readonly mark: ReadPosition; readonly userId: string },
): ReadPosition | undefined {
  const { firstIndex } = findUnread(ordered, mark, userId);
  if (firstIndex === -1 || firstIndex < view.top || firstIndex > view.bottom) return undefined;
  const newest = ordered.slice(firstIndex, view.bottom + 1).findLast(({ authorId }) => authorId !== userId);
  return newest && placeOf(newest);
}

/** The newest of the others' messages: who has read this has read everything. */
export function newestPlace(ordered: readonly ChatRow[], userId: string): ReadPosition | undefined {
  const newest = ordered.findLast(({ authorId }) => authorId !== userId);
  return newest && placeOf(newest);
}

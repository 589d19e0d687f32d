import type { QueuedOperation } from "@tidemark/sync-client";
import type { ChatRow } from "./chat-row.ts";

/** A message that the server's rows do not contain yet, with its place in the queue. */
export interface UnsentMessage {
  readonly seq: number;
  readonly row: ChatRow;
}

/**
 * The lesson's unsent messages by id, as the queue has them. A live query orders by time, and a device whose clock is
 * hours behind would put what was just written beyond the newest fifty: the queue knows better.
 */
export function unsentMessages(
  outbox: readonly QueuedOperation[],
  lesson: { readonly lessonId: string; readonly authorId: string },
): ReadonlyMap<string, UnsentMessage> {
  const unsent = new Map<string, UnsentMessage>();
  for (const { name, args, seq, at } of outbox) {
    const id = field(args, "id");
    const text = field(args, "text");
    const known = unsent.get(id);
    if (name === "chat.send" && field(args, "lessonId") === lesson.lessonId) {
      unsent.set(id, { seq, row: { id, ...lesson, text, createdAt: at, editedAt: null, $state: "pending" } });
    }
    if (known === undefined) continue;
    if (name === "chat.edit") unsent.set(id, { ...known, row: { ...known.row, text, editedAt: at } });
    if (name === "chat.delete") unsent.delete(id);
  }
  return unsent;
}

function field(args: unknown, name: string): string {
  if (typeof args !== "object" || args === null) return "";
  const value: unknown = Reflect.get(args, name);
  return typeof value === "string" ? value : "";
}

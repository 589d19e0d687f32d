import type { AuthenticatedUser } from "../auth/auth-operations.ts";
import type {
  ChatDeleteArgs,
  ChatEditArgs,
  ChatHistoryInput,
  ChatHistoryOutput,
  ChatMessage,
  ChatSendArgs,
} from "./chat-contract.ts";
import type { ChatMarkReadArgs, ReadMark } from "./read-marks.ts";

/**
 * Chat as routers call it. Each write is the sync operation of the same name, applied at once: a replayed queue and a
 * direct call share one handler.
 */
export interface ChatOperations {
  /**
   * Answers the row it made; the same id and content again answers the same row.
   * @throws TidemarkError `CONFLICT` for the id with other content, `FORBIDDEN` for a viewer, `NOT_FOUND` outside the lesson.
   */
  send(user: AuthenticatedUser, args: ChatSendArgs): Promise<ChatMessage>;
  edit(user: AuthenticatedUser, args: ChatEditArgs): Promise<ChatMessage>;
  delete(user: AuthenticatedUser, args: ChatDeleteArgs): Promise<{ readonly id: string }>;
  /**
   * Answers the mark as it stands: one that was further already stays.
   * @throws TidemarkError `NOT_FOUND` outside the lesson, and for a message that is none of it.
   */
  markRead(user: AuthenticatedUser, args: ChatMarkReadArgs): Promise<ReadMark>;
  history(user: AuthenticatedUser, input: ChatHistoryInput): Promise<ChatHistoryOutput>;
}

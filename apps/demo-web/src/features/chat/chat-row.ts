import type { ChatMessage } from "@tidemark/api/contracts";
import type { LiveRow } from "@tidemark/sync-client";

/** A message as this device has it, with how far it got. */
export type ChatRow = LiveRow<ChatMessage>;

import { SyncClientError } from "@tidemark/sync-client";
import type { SyncTexts } from "./sync-texts.ts";

/** What to tell a person whose words could not be kept on this device. */
export function describeWriteError(error: unknown, texts: SyncTexts): string {
  return error instanceof SyncClientError ? texts.notSaved(error.code, error.message) : texts.notSavedFault;
}

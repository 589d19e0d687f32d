import { SyncClientError } from "@tidemark/sync-client";

/** What to tell a person whose words could not be kept on this device. */
export function describeWriteError(error: unknown): string {
  return error instanceof SyncClientError
    ? `Not saved: ${error.message}`
    : "Not saved: something went wrong in this browser. Copy your text and load the page anew.";
}

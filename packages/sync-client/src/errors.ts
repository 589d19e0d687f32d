/** The closed list of what the client itself refuses or cannot do; the server's codes stay in `@tidemark/api`. */
export type SyncClientErrorCode =
  /** The arguments do not pass the operation's schema; nothing was queued. */
  | "INVALID_ARGUMENTS"
  /** The contract has no such operation, entity or index. */
  | "UNKNOWN_NAME"
  /** One operation alone is larger than a push may be. */
  | "OPERATION_TOO_LARGE"
  /** More than 50 operations in one transaction, or more bytes than half a push; nothing was queued. */
  | "TRANSACTION_TOO_LARGE"
  /** A write that cannot be part of the transaction it was made in; nothing of that transaction was queued. */
  | "TRANSACTION_MISUSED"
  /** There is no dead letter of this id (any more). */
  | "NO_DEAD_LETTER"
  /** An older version of the app wrote this refused operation, and this one has no meaning for it. */
  | "CONTRACT_TOO_OLD"
  /** This browser, or this private window, has no IndexedDB. */
  | "STORAGE_UNAVAILABLE"
  /** Another tab holds an older version of the database open: close it, and this one goes on by itself. */
  | "STORAGE_BLOCKED"
  /** A newer version of the app has used the database, in another tab or before a roll-back; its queue is kept. */
  | "STORAGE_NEWER"
  /** The browser's quota is used up; nothing was queued. */
  | "STORAGE_FULL"
  /** The browser aborted the write; nothing was queued. */
  | "STORAGE_FAILED"
  /** Operations still wait after the service worker has tried to send them. */
  | "NOT_DRAINED"
  /** A hook was used outside `SyncProvider`. */
  | "NO_PROVIDER"
  /** `stop()` was called. */
  | "STOPPED";

/** Every rejection of the public API is one of these; decide by `code`, show `message`. */
export class SyncClientError extends Error {
  readonly code: SyncClientErrorCode;

  constructor(code: SyncClientErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "SyncClientError";
    this.code = code;
  }
}

export const stopped = (): SyncClientError => refuse("STOPPED", "This client was stopped.");

export const refuse = (code: SyncClientErrorCode, message: string, cause?: unknown): SyncClientError =>
  new SyncClientError(code, message, cause);

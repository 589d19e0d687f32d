import { SyncClientError } from "../errors.ts";

/** What a browser says about a transaction that failed, as one of our codes. */
export function describeStorageFailure(cause: unknown): SyncClientError {
  if (nameOf(cause) !== "QuotaExceededError")
    return new SyncClientError("STORAGE_FAILED", "Nothing was saved: the browser gave up. Try again.", cause);
  return new SyncClientError(
    "STORAGE_FULL",
    "Nothing was saved: the browser's storage is full. Free some space.",
    cause,
  );
}

/** Why a database could not be opened. */
export function describeOpenFailure(cause: unknown): SyncClientError {
  if (cause instanceof SyncClientError) return cause;
  if (nameOf(cause) === "QuotaExceededError") return describeStorageFailure(cause);
  if (nameOf(cause) === "VersionError") return storageNewer(cause);
  return new SyncClientError(
    "STORAGE_UNAVAILABLE",
    "This browser stores nothing: leave private mode or allow site data.",
    cause,
  );
}

export const storageNewer = (cause?: unknown): SyncClientError =>
  new SyncClientError(
    "STORAGE_NEWER",
    "A newer version of this app was used here: load it. What waits is kept.",
    cause,
  );

/** The browser's own failures, as against what the work inside a transaction threw. */
export const isAbort = (cause: unknown): boolean => cause instanceof DOMException;

/** The connection or transaction has ended: evicted, cleared, upgraded, or simply over. */
export const isClosedConnection = (cause: unknown): boolean => nameOf(cause) === "InvalidStateError";

export const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : "");

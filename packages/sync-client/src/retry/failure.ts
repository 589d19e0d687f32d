import { readSyncError } from "@tidemark/api/contracts";
import { SyncClientError } from "../errors.ts";

/** Why an exchange with the server failed, as far as it decides what to do next. */
export type Failure =
  /** No answer of ours: offline, cut, timed out. */
  | { readonly kind: "offline" }
  /** 401 or 403 of the request itself: the session, never an operation. */
  | { readonly kind: "signed-out" }
  /** The server cannot or will not now. */
  | { readonly kind: "server"; readonly retryAfterMs: number }
  | { readonly kind: "app-too-old" }
  | { readonly kind: "storage" }
  /** The server misses an earlier operation, which is still here. */
  | { readonly kind: "gap" }
  /** The device needs another step before it can go on. */
  | { readonly kind: "repair"; readonly repair: Repair };

/** `reset`: new device id. `repull`: everything again. `reopen`: the local database is gone. */
export type Repair = "reset" | "repull" | "reopen";

/** The failure, with what a person may be told about it. */
export interface FailureReport {
  readonly failure: Failure;
  readonly message: string;
}

/** A failure that is known as what it is where it is found. */
export class ExchangeError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, message: string) {
    super(message);
    this.failure = failure;
  }
}

const needsRepair = (repair: Repair, message: string): ExchangeError =>
  new ExchangeError({ kind: "repair", repair }, message);
/** What one of them knows of the other is over: a restored backup, a copied profile. */
export const needsReset = (): ExchangeError => needsRepair("reset", "This device's history is not the server's.");
export const hasGap = (message: string): ExchangeError => new ExchangeError({ kind: "gap" }, message);
/** Evicted, cleared, or replaced by another tab's. */
export const needsReopening = (): ExchangeError => needsRepair("reopen", "The database is gone, or another.");
/**
 * Something between us and the server may answer in its stead; its answer must not settle or move anything.
 * @throws ExchangeError
 */
export function checkAnswer(answer: { readonly epoch: unknown } | undefined, list: unknown): void {
  if (typeof answer?.epoch !== "string" || !Array.isArray(list))
    throw new ExchangeError({ kind: "server", retryAfterMs: 0 }, "The answer was not the server's.");
}

/** Decides by our code and the HTTP status only; an error's text decides nothing (C15). */
export function classifyFailure(error: unknown): FailureReport {
  const message = error instanceof Error ? error.message : String(error);
  return { failure: failureOf(error), message };
}

/** Why this device waits where its storage fails. */
export const storageReason = ({ code }: SyncClientError) => (code === "STORAGE_NEWER" ? "app-too-old" : "storage");

function failureOf(error: unknown): Failure {
  if (error instanceof ExchangeError) return error.failure;
  if (error instanceof SyncClientError) return { kind: storageReason(error) };
  const { code, httpStatus, retryAfterSeconds } = readSyncError(error);
  switch (code) {
    case "RESET_REQUIRED":
      return { kind: "repair", repair: "reset" };
    case "INVALID_CURSOR":
      return { kind: "repair", repair: "repull" };
    case "CONTRACT_TOO_OLD":
      return { kind: "app-too-old" };
    default:
  }
  if (httpStatus === undefined) return { kind: "offline" };
  if (httpStatus === 401 || httpStatus === 403) return { kind: "signed-out" };
  return { kind: "server", retryAfterMs: retryAfterSeconds * 1000 };
}

import { SyncClientError } from "../errors.ts";
import type { DeviceState } from "../storage/sync-storage.ts";

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

export const needsRepair = (repair: Repair, message: string): ExchangeError =>
  new ExchangeError({ kind: "repair", repair }, message);

/**
 * The stored device, where it is the one that is known, if one is. Another was made by a tab that opened once the database
 * was cleared: what only this tab remembers is not in there.
 */
export function expectDevice(device: DeviceState | undefined, knownId: string | undefined): DeviceState {
  if (device && device.deviceId === (knownId ?? device.deviceId)) return device;
  throw needsRepair("reopen", "The local database is gone.");
}

export const lacksVerdicts = (): ExchangeError => new ExchangeError({ kind: "gap" }, "Verdicts are missing.");
export const notTheServers = (): ExchangeError =>
  new ExchangeError({ kind: "server", retryAfterMs: 0 }, "The answer was not the server's.");

/** Decides by our code and the HTTP status only; an error's text decides nothing (C15). */
export function classifyFailure(error: unknown): FailureReport {
  const message = error instanceof Error ? error.message : String(error);
  return { failure: failureOf(error), message };
}

/** What may be found in an error of a tRPC client. Each part may be missing, or anything. */
interface AnsweredError {
  readonly data?: Partial<Record<"code" | "httpStatus" | "retryAfterSeconds" | "expectedSeq", unknown>> | null;
  readonly meta?: { readonly response?: Partial<Record<"status" | "headers", unknown>> | null } | null;
}

const answered = (error: unknown): AnsweredError => Object(error) as AnsweredError;

/** The code that the server gave, if it did. */
export const errorCodeOf = (error: unknown): unknown => answered(error).data?.code;

/** The operation that the server waits for, where it tells. */
export const expectedSeqOf = (error: unknown): number | undefined => numeric(answered(error).data?.expectedSeq);

function failureOf(error: unknown): Failure {
  if (error instanceof ExchangeError) return error.failure;
  if (error instanceof SyncClientError) return { kind: error.code === "STORAGE_NEWER" ? "app-too-old" : "storage" };
  const { data, meta } = answered(error);
  switch (data?.code) {
    case "RESET_REQUIRED":
      return { kind: "repair", repair: "reset" };
    case "INVALID_CURSOR":
      return { kind: "repair", repair: "repull" };
    case "CONTRACT_TOO_OLD":
      return { kind: "app-too-old" };
    default:
  }
  const response = meta?.response;
  const status = numeric(data?.httpStatus) ?? numeric(response?.status);
  if (status === undefined) return { kind: "offline" };
  if (status === 401 || status === 403) return { kind: "signed-out" };
  const header = response?.headers instanceof Headers ? response.headers.get("retry-after") : null;
  const seconds = numeric(data?.retryAfterSeconds) ?? Number(header);
  // No header, or a date in it: nothing is asked for.
  return { kind: "server", retryAfterMs: seconds > 0 ? seconds * 1000 : 0 };
}

const numeric = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

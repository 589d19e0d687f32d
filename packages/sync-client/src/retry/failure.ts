import { SyncClientError } from "../errors.ts";

/** Why an exchange with the server failed, as far as it decides what to do next. */
export type Failure =
  /** No answer of ours: offline, cut, timed out. */
  | { readonly kind: "network" }
  /** 401 or 403 of the request itself: the session, never an operation. */
  | { readonly kind: "unauthorized" }
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
export const serverFailed = (message: string): ExchangeError =>
  new ExchangeError({ kind: "server", retryAfterMs: 0 }, message);

/** Decides by our code and the HTTP status only; an error's text decides nothing (C15). */
export function classifyFailure(error: unknown): FailureReport {
  const message = error instanceof Error ? error.message : String(error);
  return { failure: failureOf(error), message };
}

/** The code that the server gave, if it did. */
export function errorCodeOf(error: unknown): unknown {
  return at(dataOf(error), "code");
}

/** A number among the error's public details, such as `expectedSeq`. */
export function errorDetailOf(error: unknown, name: string): number | undefined {
  return numberAt(dataOf(error), name);
}

function failureOf(error: unknown): Failure {
  if (error instanceof ExchangeError) return error.failure;
  if (error instanceof SyncClientError) return { kind: error.code === "STORAGE_NEWER" ? "app-too-old" : "storage" };
  switch (errorCodeOf(error)) {
    case "RESET_REQUIRED":
      return { kind: "repair", repair: "reset" };
    case "INVALID_CURSOR":
      return { kind: "repair", repair: "repull" };
    case "CONTRACT_TOO_OLD":
      return { kind: "app-too-old" };
    default:
      return failureOfStatus(error);
  }
}

function failureOfStatus(error: unknown): Failure {
  const response = at(at(error, "meta"), "response");
  const status = numberAt(dataOf(error), "httpStatus") ?? numberAt(response, "status");
  if (status === undefined) return { kind: "network" };
  if (status === 401 || status === 403) return { kind: "unauthorized" };
  return { kind: "server", retryAfterMs: (retryAfterSeconds(error, response) ?? 0) * 1000 };
}

function retryAfterSeconds(error: unknown, response: unknown): number | undefined {
  const detail = numberAt(dataOf(error), "retryAfterSeconds");
  const headers = at(response, "headers");
  if (detail !== undefined || !(headers instanceof Headers)) return detail;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

const dataOf = (error: unknown): unknown => at(error, "data");

function at(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

function numberAt(value: unknown, name: string): number | undefined {
  const found = at(value, name);
  return typeof found === "number" ? found : undefined;
}

import { errorCatalogue, type ErrorCode } from "@tidemark/api/contracts";
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
  /** The device needs another step before it can go on. */
  | { readonly kind: "repair"; readonly repair: Repair };

/** `reset`: new device id. `repull`: everything again. `reopen`: the local database is gone. */
export type Repair = "reset" | "repull" | "reopen";

/** The failure, with what a person may be told about it. */
export interface FailureReport {
  readonly failure: Failure;
  readonly message: string;
}

/** Decides by our code and the HTTP status only; an error's text decides nothing (C14). */
export function classifyFailure(error: unknown): FailureReport {
  const message = error instanceof Error ? error.message : String(error);
  return { failure: failureOf(error), message };
}

/** The catalogue code that the server gave, if it did. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  const code = stringAt(dataOf(error), "code");
  return code !== undefined && Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : undefined;
}

/** A number among the error's public details, such as `expectedSeq`. */
export function errorDetailOf(error: unknown, name: string): number | undefined {
  return numberAt(dataOf(error), name);
}

function failureOf(error: unknown): Failure {
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

function stringAt(value: unknown, name: string): string | undefined {
  const found = at(value, name);
  return typeof found === "string" ? found : undefined;
}

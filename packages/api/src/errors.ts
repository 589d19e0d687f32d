/**
 * The closed catalogue of error codes. Everything that leaves the process as an error carries one of them; the map to
 * tRPC codes, HTTP statuses and WebSocket close codes is exhaustive by type.
 */

/** tRPC error codes that the catalogue uses (a subset of tRPC's own list). */
type TrpcErrorCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_SUPPORTED"
  | "TIMEOUT"
  | "CONFLICT"
  | "PRECONDITION_FAILED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "TOO_MANY_REQUESTS"
  | "SERVICE_UNAVAILABLE"
  | "INTERNAL_SERVER_ERROR";

export interface ErrorCatalogueEntry {
  readonly trpc: TrpcErrorCode;
  /** HTTP status of REST and tRPC answers. */
  readonly http: number;
  /** WebSocket close code where the error ends a socket. */
  readonly close: number;
}

const entry = (trpc: TrpcErrorCode, http: number, close: number): ErrorCatalogueEntry => ({ trpc, http, close });

export const errorCatalogue = {
  /** The request does not have the shape that the contract asks for. */
  BAD_REQUEST: entry("BAD_REQUEST", 400, 4400),
  /** An operation's arguments do not pass its schema; only ever a verdict or the answer to a direct call. */
  INVALID_ARGUMENTS: entry("BAD_REQUEST", 400, 4400),
  /** The contract has no operation of that name. */
  UNKNOWN_OPERATION: entry("BAD_REQUEST", 400, 4400),
  /** The cursor does not verify: pull again with `cursor: null`; device and queue stay. */
  INVALID_CURSOR: entry("BAD_REQUEST", 400, 4400),
  /** No valid credential, or a wrong password. */
  UNAUTHORIZED: entry("UNAUTHORIZED", 401, 4401),
  /** Known and readable, but not allowed to this person. */
  FORBIDDEN: entry("FORBIDDEN", 403, 4403),
  /** Does not exist, or not for this person: the two are never told apart. */
  NOT_FOUND: entry("NOT_FOUND", 404, 4404),
  /** Another operation of the same group was refused, so none of the group was applied; only ever a verdict. */
  GROUP_FAILED: entry("CONFLICT", 409, 4400),
  METHOD_NOT_ALLOWED: entry("METHOD_NOT_SUPPORTED", 405, 4400),
  REQUEST_TIMEOUT: entry("TIMEOUT", 408, 4408),
  /** The same id with other content, or a field that another person changed. */
  CONFLICT: entry("CONFLICT", 409, 4400),
  /** A push does not start at the device's next sequence number; `expectedSeq` says where. Nothing was applied. */
  SEQUENCE_GAP: entry("CONFLICT", 409, 4400),
  /** This device's history is not the server's: take a new device id, keep the queue, pull from null. */
  RESET_REQUIRED: entry("CONFLICT", 409, 4400),
  /** The server no longer takes this contract version: update the app; the queue is kept. */
  CONTRACT_TOO_OLD: entry("PRECONDITION_FAILED", 412, 4400),
  PAYLOAD_TOO_LARGE: entry("PAYLOAD_TOO_LARGE", 413, 4413),
  UNSUPPORTED_MEDIA_TYPE: entry("UNSUPPORTED_MEDIA_TYPE", 415, 4400),
  TOO_MANY_REQUESTS: entry("TOO_MANY_REQUESTS", 429, 4429),
  /** A handler that keeps throwing; the operation is parked and its arguments kept. */
  INTERNAL: entry("INTERNAL_SERVER_ERROR", 500, 1011),
  /** The database or another part is away; nothing was decided, try again. */
  UNAVAILABLE: entry("SERVICE_UNAVAILABLE", 503, 1013),
} as const satisfies Record<string, ErrorCatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

const isErrorCode = (name: string): name is ErrorCode => Object.hasOwn(errorCatalogue, name);
export const errorCodes: readonly ErrorCode[] = Object.keys(errorCatalogue).filter(isErrorCode);

export interface TidemarkErrorOptions {
  /** What happened and what to do about it, for a person. */
  readonly message: string;
  /** Further public fields of the answer, such as `expectedSeq`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error of the catalogue. Everything else that is thrown becomes `INTERNAL` without its message. */
export class TidemarkError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: TidemarkErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TidemarkError";
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Seconds to wait where waiting helps and the thrower named no time of its own. */
const DEFAULT_RETRY_AFTER_SECONDS = 1;

/** Seconds after which a caller may try again; `undefined` where that would not help. */
export function retryAfterOf({ code, retryAfterSeconds }: TidemarkError): number | undefined {
  const helps = code === "UNAVAILABLE" || code === "TOO_MANY_REQUESTS";
  return retryAfterSeconds ?? (helps ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
}

/** The public fields of an answer beside code, message and request id: `details`, and `retryAfterSeconds` where that helps. */
export function publicDetails(error: TidemarkError): Readonly<Record<string, unknown>> {
  const retryAfterSeconds = retryAfterOf(error);
  return { ...error.details, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

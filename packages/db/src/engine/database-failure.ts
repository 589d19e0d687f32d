import { TidemarkError } from "@tidemark/api/errors";

export type DatabaseFailure = "away" | "conflict" | "other";

/** SQLSTATEs after which the same transaction may well succeed: serialization failure, deadlock. */
const CONFLICT_CODES = new Set(["40001", "40P01"]);

const AWAY_CODES = new Set([
  // SQLSTATE class 57: shut down by an administrator, by a crash, not started yet.
  "57P01",
  "57P02",
  "57P03",
  // A transaction cut because it stood idle; a statement cut because it ran too long; a lock not had in time.
  "25P03",
  "57014",
  "55P03",
  // Too many connections; other shortages of the server (disk, memory).
  "53300",
  "53100",
  "53200",
  "53000",
  // postgres.js
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  // The network
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What a failed statement or transaction means for its caller; an error that wraps another means what that one means. */
export function classifyFailure(error: unknown): DatabaseFailure {
  if (!(error instanceof Error) || error instanceof TidemarkError) return "other";
  const own = classifyOwn(error);
  if (own !== "other") return own;
  // A host with several addresses fails with one error per address.
  return classifyFailure(error instanceof AggregateError ? error.errors[0] : error.cause);
}

function classifyOwn(error: Error): DatabaseFailure {
  if (error.message === "PGlite is closed") return "away";
  // However connecting fails (a Unix socket that does not exist, say), there is no connection.
  if ("syscall" in error && error.syscall === "connect") return "away";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (CONFLICT_CODES.has(code)) return "conflict";
  // SQLSTATE class 08 is "connection exception".
  return AWAY_CODES.has(code) || /^08[0-9A-Z]{3}$/.test(code) ? "away" : "other";
}

/** The error to throw on: `UNAVAILABLE` for a database that is away, else the error itself. */
export function translateFailure(error: unknown): unknown {
  return classifyFailure(error) === "away" ? unavailable(error) : error;
}

export function unavailable(cause: unknown): TidemarkError {
  return new TidemarkError("UNAVAILABLE", {
    message: "The database cannot be reached at the moment; nothing was decided. Try again shortly.",
    retryAfterSeconds: 1,
    cause,
  });
}

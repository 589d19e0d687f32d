import { errorCatalogue, publicDetails, retryAfterOf, TidemarkError, type ErrorCode } from "@tidemark/api/errors";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { Metrics } from "../observability/metrics.ts";
import { overloaded } from "./load-shedding.ts";

/** What every failed request is answered with, and its public details; tRPC's answers say the same in its own envelope. */
export interface ErrorAnswer {
  readonly code: ErrorCode;
  /** What happened and what to do about it; never a stack, never an unforeseen error's own message. */
  readonly message: string;
  readonly requestId: string;
}

/** An error as one of our catalogue. */
export function toTidemarkError(error: unknown): TidemarkError {
  if (error instanceof TidemarkError) return error;
  const status = isHttpError(error) ? (error.statusCode ?? 500) : 500;
  const code = codeByStatus.get(status) ?? (status >= 400 && status < 500 ? "BAD_REQUEST" : "INTERNAL");
  return new TidemarkError(code, { message: messages[code] ?? messages.INTERNAL, cause: error });
}

/** Answers with the error, as `format` writes it. */
export function sendError({
  error,
  request,
  reply,
  metrics,
  format = toAnswer,
}: {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly metrics: Metrics;
  readonly format?: (error: TidemarkError, requestId: string) => object;
}): FastifyReply {
  const failure = toTidemarkError(error);
  logFailure(request, failure.code, error);
  // Nobody hears an answer to half a request: whoever ended its connection has counted that.
  if (!isCutOff(request)) metrics.httpRequestsRefused.inc({ reason: failure.code });
  const retryAfterSeconds = retryAfterOf(failure);
  if (retryAfterSeconds !== undefined) reply.header("retry-after", String(retryAfterSeconds));
  return reply
    .code(errorCatalogue[failure.code].http)
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .send(format(failure, request.id));
}

/**
 * Logs what an operator has to know of: our faults, and what is away. What callers do wrong is only counted, and so is what
 * was refused for want of room: a line for each would be more work when there is too much already.
 */
export function logFailure(request: FastifyRequest, code: ErrorCode, error: unknown): void {
  if (error === overloaded) return;
  if (code === "INTERNAL") request.log.error({ err: error }, "request failed");
  if (code === "UNAVAILABLE") request.log.warn({ err: error }, "request not served");
}

export function toAnswer(error: TidemarkError, requestId: string): ErrorAnswer {
  const { code, message } = error;
  return { ...publicDetails(error), code, message, requestId };
}

const isCutOff = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;
const isHttpError = (error: unknown): error is FastifyError => error instanceof Error && "statusCode" in error;

const codeByStatus: ReadonlyMap<number, ErrorCode> = new Map([
  // How static files refuse folders and dot files; nothing is to be learnt from the difference.
  [403, "NOT_FOUND"],
  [404, "NOT_FOUND"],
  [405, "METHOD_NOT_ALLOWED"],
  [408, "REQUEST_TIMEOUT"],
  [413, "PAYLOAD_TOO_LARGE"],
  [415, "UNSUPPORTED_MEDIA_TYPE"],
  [429, "TOO_MANY_REQUESTS"],
  [503, "UNAVAILABLE"],
]);

const messages = {
  BAD_REQUEST: "The request cannot be read; check its path, headers and body.",
  NOT_FOUND: "There is nothing at this address.",
  METHOD_NOT_ALLOWED: "This address does not take that method.",
  REQUEST_TIMEOUT: "The request took too long to arrive; send it again.",
  PAYLOAD_TOO_LARGE: "The request is too large; send it in smaller parts.",
  UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json.",
  TOO_MANY_REQUESTS: "Too many requests; wait a moment.",
  UNAVAILABLE: "The server cannot answer this now; try again in a moment.",
  INTERNAL: "Something went wrong on our side; try again.",
} as const satisfies Partial<Record<ErrorCode, string>> as Partial<Record<ErrorCode, string>> & {
  readonly INTERNAL: string;
};

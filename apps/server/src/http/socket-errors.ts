import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { errorCatalogue, type ErrorCode } from "@tidemark/api/errors";
import type { Metrics } from "../observability/metrics.ts";

export interface SocketErrorDeps {
  readonly metrics: Metrics;
  /** What every answer carries. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers what never became a request: broken HTTP, headers too large, a body that did not arrive in time. */
export function createSocketErrorHandler({ metrics, headers }: SocketErrorDeps) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, code, message } = describe(error.code);
    metrics.httpRequestsRefused.inc({ reason: code });
    const requestId = randomUUID();
    const body = JSON.stringify({ code, message, requestId });
    socket.end(
      [
        `HTTP/1.1 ${status}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        `x-request-id: ${requestId}`,
        "cache-control: no-store",
        "content-type: application/json; charset=utf-8",
        `content-length: ${Buffer.byteLength(body)}`,
        "connection: close",
        "",
        body,
      ].join("\r\n"),
    );
  };
}

function describe(code: string | undefined): { status: string; code: ErrorCode; message: string } {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return answer("REQUEST_TIMEOUT", "Request Timeout", "The request took too long to arrive; send it again.");
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return {
      ...answer("BAD_REQUEST", "", "The request's address or headers are too large."),
      status: "431 Request Header Fields Too Large",
    };
  }
  return answer("BAD_REQUEST", "Bad Request", "The request is not valid HTTP.");
}

const answer = (code: ErrorCode, reason: string, message: string) => ({
  status: `${errorCatalogue[code].http} ${reason}`,
  code,
  message,
});

import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { errorCatalogue, type ErrorCode } from "@tidemark/api/errors";
import type { Metrics } from "../observability/metrics.ts";

export interface SocketErrorDeps {
  readonly metrics: Metrics;
  /** What every answer carries. */
  readonly headers: Readonly<Record<string, string>>;
}

interface SocketRefusal {
  readonly code: ErrorCode;
  /** HTTP's words for the status. */
  readonly reason: string;
  readonly message: string;
  /** Where the code's own does not say it. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
}

/** Answers what never became a request, counts that, and ends the connection. */
export type RefuseSocket = (socket: Socket, refusal: SocketRefusal) => void;

export function createSocketRefusals({ metrics, headers }: SocketErrorDeps): RefuseSocket {
  return (socket, { code, reason, message, status = errorCatalogue[code].http, retryAfterSeconds }) => {
    metrics.httpRequestsRefused.inc({ reason: code });
    const requestId = randomUUID();
    const body = JSON.stringify({ code, message, requestId, retryAfterSeconds });
    socket.end(
      [
        `HTTP/1.1 ${status} ${reason}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        `x-request-id: ${requestId}`,
        ...(retryAfterSeconds === undefined ? [] : [`retry-after: ${retryAfterSeconds}`]),
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

/** Answers broken HTTP, headers too large, a body that did not arrive in time. */
export function createSocketErrorHandler(refuse: RefuseSocket) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else refuse(socket, describe(error.code));
  };
}

function describe(errorCode: string | undefined): SocketRefusal {
  if (errorCode === "ERR_HTTP_REQUEST_TIMEOUT") {
    const message = "The request took too long to arrive; send it again.";
    return { code: "REQUEST_TIMEOUT", reason: "Request Timeout", message };
  }
  if (errorCode === "HPE_HEADER_OVERFLOW") {
    const message = "The request's address and headers are too large: they may have 16 KiB together.";
    return { code: "BAD_REQUEST", status: 431, reason: "Request Header Fields Too Large", message };
  }
  return { code: "BAD_REQUEST", reason: "Bad Request", message: "The request is not valid HTTP." };
}

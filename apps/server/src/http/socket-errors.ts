import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { errorCatalogue, type ErrorCode } from "@tidemark/api/errors";

/** Answers what never became a request: broken HTTP, headers too large, a body that did not arrive in time. */
export function answerSocketError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = describe(error.code);
  const body = JSON.stringify({ code, message, requestId: randomUUID() });
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "X-Content-Type-Options: nosniff",
      "Cache-Control: no-store",
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
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

import type { IncomingMessage, ServerResponse } from "node:http";

/** All that tRPC reads of a request with a JSON body, or without one. */
interface ReadRequest extends Pick<Request, "method" | "url" | "text" | "signal"> {
  readonly headers: Pick<Headers, "get" | "has">;
}

/**
 * A request as tRPC reads it, over Node's own. A whole `Request` copies every header and wraps the body in a stream, and
 * neither is ever looked at: other content types than JSON are refused before.
 */
export function toTrpcRequest(request: IncomingMessage, response: ServerResponse, body: unknown): Request {
  const { method = "GET", url = "/" } = request;
  const queryStart = url.indexOf("?");
  const text = typeof body === "string" ? body : "";
  const valueOf = (name: string): string | null => {
    // Nothing has no type: tRPC would refuse a call without arguments for want of one.
    if (name === "content-type" && text === "" && method === "POST") return "application/json";
    const value = request.headers[name.toLowerCase()];
    return value === undefined ? null : [value].flat().join(", ");
  };
  const read: ReadRequest = {
    method,
    // Only its query is read; what stands before may be anything that a caller wrote.
    url: `http://localhost/${url.slice(queryStart === -1 ? url.length : queryStart)}`,
    headers: { get: valueOf, has: (name) => valueOf(name) !== null },
    text: async () => text,
    signal: abortWhenGone(response),
  };
  return read as Request;
}

/** Aborts when the caller hangs up before the answer was written. */
function abortWhenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}

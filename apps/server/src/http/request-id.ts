import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Visible ASCII: nothing that could break a header or a log line. */
const SAFE_ID = /^[\x21-\x7e]{1,128}$/;

/** The caller's `x-request-id` where it is safe to repeat, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && SAFE_ID.test(given) ? given : randomUUID();
}

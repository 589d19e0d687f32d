import type { ErrorCode } from "@tidemark/api/contracts";
import { errorCodeOf } from "../../api-errors.ts";

const byCode: Readonly<Partial<Record<ErrorCode, string>>> = {
  UNAUTHORIZED: "That email and password do not match. Check both and try again.",
  TOO_MANY_REQUESTS: "Too many tries. Wait a minute, then try again.",
  BAD_REQUEST: "Enter an email address, such as name@example.org, and your password.",
};
const ownProblem = "Tidemark has a problem of its own right now. Try again in a moment.";
const noAnswer = "Tidemark does not answer. Check your connection and try again in a moment.";
const offline =
  "You are offline. Signing in on this device needs a connection once; after that Tidemark opens without one.";

/** What to tell a person whose sign-in failed: what happened and what to do. */
export function describeSignInError(error: unknown, isOnline: boolean): string {
  const code = errorCodeOf(error);
  if (code !== undefined) return byCode[code] ?? ownProblem;
  return isOnline ? noAnswer : offline;
}

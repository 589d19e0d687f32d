import { errorCodeOf } from "../../api-errors.ts";

/** What to tell a person whose sign-in failed: what happened and what to do. */
export function describeSignInError(error: unknown, isOnline: boolean): string {
  const code = errorCodeOf(error);
  switch (code) {
    case "UNAUTHORIZED":
      return "That email and password do not match. Check both and try again.";
    case "TOO_MANY_REQUESTS":
      return "Too many tries. Wait a minute, then try again.";
    case "BAD_REQUEST":
      return "Enter an email address, such as name@example.org, and your password.";
    case undefined:
      return isOnline
        ? "Tidemark does not answer. Check your connection and try again in a moment."
        : "You are offline. Signing in on this device needs a connection once; after that Tidemark opens without one.";
    default:
      return "Tidemark has a problem of its own right now. Try again in a moment.";
  }
}

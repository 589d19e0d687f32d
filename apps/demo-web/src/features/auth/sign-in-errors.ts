import type { ErrorCode } from "@tidemark/api/contracts";
import { errorCodeOf } from "../../api-errors.ts";
import type { Texts } from "../../i18n/texts.en.ts";

type AuthTexts = Texts["auth"];

const textByCode: Readonly<Partial<Record<ErrorCode, "wrongPassword" | "addressTaken" | "tooManyTries" | "badInput">>> =
  {
    UNAUTHORIZED: "wrongPassword",
    CONFLICT: "addressTaken",
    TOO_MANY_REQUESTS: "tooManyTries",
    BAD_REQUEST: "badInput",
  };

/** What to tell a person whose sign-in or registration failed: what happened and what to do. */
export function describeSignInError(
  error: unknown,
  { isOnline, texts }: { readonly isOnline: boolean; readonly texts: AuthTexts },
): string {
  const code = errorCodeOf(error);
  if (code === undefined) return isOnline ? texts.noAnswer : texts.offline;
  const text = textByCode[code];
  return text === undefined ? texts.ownProblem : texts[text];
}

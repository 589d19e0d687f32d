import type { ErrorCode } from "@tidemark/api/contracts";
import { errorCodeOf } from "../../api-errors.ts";
import type { Texts } from "../../i18n/texts.en.ts";

type ErrorText = Extract<keyof Texts["lessons"], `error${string}`>;

const textByCode: Readonly<Partial<Record<ErrorCode, ErrorText>>> = {
  FORBIDDEN: "errorForbidden",
  NOT_FOUND: "errorNotFound",
  CONFLICT: "errorConflict",
  BAD_REQUEST: "errorBadInput",
  INVALID_ARGUMENTS: "errorBadInput",
};

/** What to tell a person whose call about a lesson failed: what happened and what to do. */
export function describeLessonError(error: unknown, texts: Texts["lessons"]): string {
  const code = errorCodeOf(error);
  if (code === undefined) return texts.needsConnection;
  return texts[textByCode[code] ?? "errorServer"];
}

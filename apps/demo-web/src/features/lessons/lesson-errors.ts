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

/** Waits for a removal. Asked for again because the first answer was lost, it finds nobody: that is what was wanted. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (errorCodeOf(error) !== "NOT_FOUND") throw error;
  }
}

/** What to tell a person whose call about a lesson failed: what happened and what to do. */
export function describeLessonError(error: unknown, texts: Texts["lessons"]): string {
  const code = errorCodeOf(error);
  if (code === undefined) return texts.errorNoAnswer;
  return texts[textByCode[code] ?? "errorServer"];
}

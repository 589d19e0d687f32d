import { errorCatalogue, type ErrorCode } from "@tidemark/api/contracts";

/** The catalogue code that the server gave an error; `undefined` where no answer of the server is behind it. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !("data" in error)) return undefined;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("code" in data) || typeof data.code !== "string") return undefined;
  return isErrorCode(data.code) ? data.code : undefined;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

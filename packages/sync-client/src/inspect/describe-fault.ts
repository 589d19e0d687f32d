import { errorCodeOf } from "../retry/failure.ts";
import type { ExchangeFault } from "./exchange-log.ts";

/** What may be found in an error of a tRPC client. Each part may be missing, or anything. */
interface AnsweredError {
  readonly data?: { readonly httpStatus?: unknown; readonly requestId?: unknown } | null;
  readonly meta?: { readonly response?: { readonly status?: unknown } | null } | null;
}

/** What an exchange failed by, as the server said it, or whatever answered in its stead. */
export function describeFault(error: unknown): ExchangeFault {
  const { data, meta } = Object(error) as AnsweredError;
  const code = errorCodeOf(error);
  return {
    code: typeof code === "string" ? code : null,
    httpStatus: numberIn(data?.httpStatus) ?? numberIn(meta?.response?.status),
    message: error instanceof Error ? error.message : String(error),
    requestId: typeof data?.requestId === "string" ? data.requestId : null,
  };
}

const numberIn = (value: unknown): number | null => (typeof value === "number" ? value : null);

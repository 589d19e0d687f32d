import { readSyncError } from "@tidemark/api/contracts";
import type { ExchangeFault } from "./exchange-log.ts";

/** What an exchange failed by, as the server said it, or whatever answered in its stead. */
export function describeFault(error: unknown): ExchangeFault {
  const { code = null, httpStatus = null, requestId = null } = readSyncError(error);
  return { code, httpStatus, requestId, message: error instanceof Error ? error.message : String(error) };
}

/** What a server told of a request that it refused. */
export interface SyncErrorAnswer {
  /** Of the error catalogue, or of a newer one; absent where something else answered in the server's stead. */
  readonly code: string | undefined;
  /** Absent where nothing answered at all. */
  readonly httpStatus: number | undefined;
  /** When trying again makes sense; 0 where nothing was said of it. */
  readonly retryAfterSeconds: number;
  /** With `SEQUENCE_GAP`: the operation that the server waits for. */
  readonly expectedSeq: number | undefined;
  /** To be found in the server's log. */
  readonly requestId: string | undefined;
}

/**
 * Reads what `formatSyncError` wrote out of an error that a tRPC client threw, which may be anything: from a proxy, cut off
 * by the network, of another library.
 */
export function readSyncError(error: unknown): SyncErrorAnswer {
  const { data, meta } = membersOf(error);
  const told = membersOf(data);
  const { status, headers } = membersOf(membersOf(meta).response);
  const header = headers instanceof Headers ? headers.get("retry-after") : null;
  // No header, or a date in it: nothing is asked for.
  const seconds = numberIn(told.retryAfterSeconds) ?? Number(header);
  return {
    code: textIn(told.code),
    httpStatus: numberIn(told.httpStatus) ?? numberIn(status),
    retryAfterSeconds: seconds > 0 ? seconds : 0,
    expectedSeq: numberIn(told.expectedSeq),
    requestId: textIn(told.requestId),
  };
}

const membersOf = (value: unknown) => Object(value) as Readonly<Record<string, unknown>>;
const numberIn = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

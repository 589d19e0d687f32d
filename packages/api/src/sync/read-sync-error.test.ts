import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import { formatSyncError } from "./format-sync-error.ts";
import { readSyncError } from "./read-sync-error.ts";

const NOTHING = { retryAfterSeconds: 0 };

describe("what a server told of a request that it refused", () => {
  it("is read as it was written", () => {
    const cause = new TidemarkError("SEQUENCE_GAP", {
      message: "Send operation 4.",
      details: { expectedSeq: 4 },
      retryAfterSeconds: 2,
    });
    const data = formatSyncError({ shape: { data: { httpStatus: 409, requestId: "r1" } }, error: { cause } }).data;
    expect(readSyncError(Object.assign(new Error("no"), { data }))).toEqual({
      code: "SEQUENCE_GAP",
      httpStatus: 409,
      retryAfterSeconds: 2,
      expectedSeq: 4,
      requestId: "r1",
    });
  });

  it("is a status and a header where a proxy answered in its stead", () => {
    const answered = (headers: Record<string, string>) => ({
      meta: { response: new Response("", { status: 502, headers }) },
    });
    expect(readSyncError(answered({ "retry-after": "7" }))).toEqual({ httpStatus: 502, retryAfterSeconds: 7 });
    for (const headers of [{}, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, { "retry-after": "-1" }]) {
      expect(readSyncError(answered(headers))).toEqual({ httpStatus: 502, ...NOTHING });
    }
  });

  it.each([
    [undefined],
    [null],
    ["401"],
    [new TypeError("401 UNAUTHORIZED")],
    [{ data: null, meta: { response: null } }],
    [{ data: { code: 401, httpStatus: "401", expectedSeq: "1", retryAfterSeconds: "3", requestId: {} }, meta: 7 }],
  ])("is nothing where nothing answered, or nothing of ours: %j", (error) => {
    expect(readSyncError(error)).toEqual(NOTHING);
  });
});

import { describe, expect, it } from "vitest";
import { SyncClientError } from "../errors.ts";
import { backoffDelay } from "./backoff.ts";
import { classifyFailure } from "./failure.ts";

const answered = (code: string, httpStatus: number, more: object = {}) =>
  Object.assign(new Error("some text"), { data: { code, httpStatus }, ...more });

describe("a failure", () => {
  it.each([
    [answered("RESET_REQUIRED", 409), { kind: "repair", repair: "reset" }],
    [answered("INVALID_CURSOR", 400), { kind: "repair", repair: "repull" }],
    [answered("CONTRACT_TOO_OLD", 412), { kind: "app-too-old" }],
    [answered("UNAUTHORIZED", 401), { kind: "signed-out" }],
    [answered("FORBIDDEN", 403), { kind: "signed-out" }],
    [answered("UNAVAILABLE", 503), { kind: "server", retryAfterMs: 0 }],
    [answered("A_CODE_FROM_THE_FUTURE", 400), { kind: "server", retryAfterMs: 0 }],
    [new TypeError("401 UNAUTHORIZED RESET_REQUIRED"), { kind: "offline" }],
    ["401", { kind: "offline" }],
    [new SyncClientError("STORAGE_FULL", "full"), { kind: "storage" }],
    [
      Object.assign(new Error("<html>"), { meta: { response: new Response(null, { status: 502 }) } }),
      { kind: "server", retryAfterMs: 0 },
    ],
  ])("C15: is known by code and status, never by its text (%#)", (error, failure) => {
    expect(classifyFailure(error).failure).toEqual(failure);
  });

  it("C16: carries the server's Retry-After, from the header or the error's details", () => {
    const response = new Response(null, { status: 503, headers: { "retry-after": "7" } });
    expect(classifyFailure(answered("UNAVAILABLE", 503, { meta: { response } })).failure).toMatchObject({
      retryAfterMs: 7_000,
    });
    const detailed = Object.assign(new Error("away"), {
      data: { code: "UNAVAILABLE", httpStatus: 503, retryAfterSeconds: 3 },
    });
    expect(classifyFailure(detailed).failure).toMatchObject({ retryAfterMs: 3_000 });
  });
});

describe("the backoff", () => {
  const network = { kind: "offline" } as const;

  it("C16: grows, jittered over its whole length, to 2 s while visible and 30 s while hidden", () => {
    const delays = [1, 2, 3, 10, 1_000].map((failures) =>
      backoffDelay({ failure: network, failures, isVisible: true, random: 0.999 }),
    );
    expect(delays.map(Math.round)).toEqual([500, 999, 1998, 1998, 1998]);
    expect(backoffDelay({ failure: network, failures: 50, isVisible: true, random: 0 })).toBe(0);
    expect(backoffDelay({ failure: network, failures: 50, isVisible: false, random: 0.999 })).toBeCloseTo(29_970);
  });

  it("C16: is never shorter than what the server asked for, nor longer than ten minutes more", () => {
    const failure = { kind: "server", retryAfterMs: 20_000 } as const;
    expect(backoffDelay({ failure, failures: 1, isVisible: true, random: 0 })).toBe(20_000);
    const absurd = { kind: "server", retryAfterMs: 1e12 } as const;
    expect(backoffDelay({ failure: absurd, failures: 1, isVisible: true, random: 0 })).toBe(600_000);
  });
});

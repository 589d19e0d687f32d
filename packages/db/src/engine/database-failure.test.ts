import { TidemarkError } from "@tidemark/api/errors";
import { describe, expect, it } from "vitest";
import { classifyFailure, translateFailure } from "./database-failure.ts";

const failure = (code: string) => Object.assign(new Error("failed"), { code });

describe("a database failure", () => {
  it.each([
    "08006",
    "08P01",
    "57P01",
    "57P03",
    "53300",
    "25P03",
    "57014",
    "CONNECTION_CLOSED",
    "CONNECT_TIMEOUT",
    "ECONNREFUSED",
  ])("%s means that the database is away", (code) => {
    expect(translateFailure(failure(code))).toMatchObject({ code: "UNAVAILABLE", retryAfterSeconds: 1 });
  });

  it.each(["40001", "40P01"])("%s means that the transaction may be tried again", (code) => {
    expect(classifyFailure(failure(code))).toBe("conflict");
  });

  it.each(["23505", "42P01", "22P05", "25006"])("%s is what the statement did wrong, and stays as it is", (code) => {
    const error = failure(code);
    expect(classifyFailure(error)).toBe("other");
    expect(translateFailure(error)).toBe(error);
  });

  it("leaves refusals and errors of other making alone", () => {
    const refusal = new TidemarkError("CONFLICT", { message: "taken", cause: failure("57P01") });
    expect(translateFailure(refusal)).toBe(refusal);
    expect(translateFailure("not even an error")).toBe("not even an error");
  });

  it("means what the failure means that it wraps", () => {
    expect(classifyFailure(new Error("The handler failed.", { cause: failure("40P01") }))).toBe("conflict");
    expect(classifyFailure(new Error("The handler failed.", { cause: failure("57P01") }))).toBe("away");
  });

  it("takes a missing Unix socket for a database that is away, and a missing file for what it is", () => {
    expect(classifyFailure(Object.assign(failure("ENOENT"), { syscall: "connect" }))).toBe("away");
    expect(classifyFailure(Object.assign(failure("ENOENT"), { syscall: "open" }))).toBe("other");
  });

  it("looks into a failure that has one error per address of the host", () => {
    expect(classifyFailure(new AggregateError([failure("ECONNREFUSED")]))).toBe("away");
  });
});

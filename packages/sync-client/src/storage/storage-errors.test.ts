import { describe, expect, it } from "vitest";
import { SyncClientError } from "../errors.ts";
import { describeOpenFailure, describeStorageFailure } from "./storage-errors.ts";

const named = (name: string) => new DOMException("whatever it says", name);

describe("what a browser says about its storage", () => {
  it.each([
    [named("QuotaExceededError"), "STORAGE_FULL"],
    [named("VersionError"), "STORAGE_NEWER"],
    [named("SecurityError"), "STORAGE_UNAVAILABLE"],
    ["no error at all", "STORAGE_UNAVAILABLE"],
    [new SyncClientError("STORAGE_BLOCKED", "An older tab."), "STORAGE_BLOCKED"],
  ])("C20: a database that does not open for %s is %s", (cause, code) => {
    expect(describeOpenFailure(cause)).toMatchObject({ code });
  });

  it.each([
    [named("QuotaExceededError"), "STORAGE_FULL"],
    [named("UnknownError"), "STORAGE_FAILED"],
    [undefined, "STORAGE_FAILED"],
  ])("C1: a write that ends in %s is %s, with its cause", (cause, code) => {
    expect(describeStorageFailure(cause)).toMatchObject({ code, ...(cause && { cause }) });
  });
});

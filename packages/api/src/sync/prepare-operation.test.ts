import { describe, expect, it } from "vitest";
import * as z from "zod";
import { prepareOperation, type Refuse } from "./prepare-operation.ts";
import { defineSyncContract } from "./sync-contract.ts";
import { MAX_OPERATION_BYTES } from "./sync-limits.ts";

const contract = defineSyncContract({
  name: "texts",
  version: 1,
  entities: {},
  operations: {
    "text.keep": { args: z.strictObject({ text: z.string() }) },
    "text.trim": { args: z.strictObject({ text: z.string().trim() }) },
    "text.ask": { args: z.strictObject({ text: z.string().refine(async (text) => text !== "taken") }) },
  },
});
const refuse: Refuse = (code, message, cause) => Object.assign(new Error(message, { cause }), { code });
const prepare = (name: string, args: unknown) => prepareOperation(contract, { name, args }, refuse);

describe("preparing an operation", () => {
  it("C3: keeps the JSON that will be sent, and what the schema made of it where that differs", async () => {
    const given = { text: " now " };
    const [kept, trimmed] = [prepare("text.keep", given), prepare("text.trim", given)];
    given.text = "changed";
    expect(kept).toEqual({ name: "text.keep", args: { text: " now " } });
    expect(trimmed).toEqual({ name: "text.trim", args: { text: " now " }, parsed: { text: "now" } });
  });

  it("C3: waits for a schema that answers later", async () => {
    await expect(prepare("text.ask", { text: "free" })).resolves.toMatchObject({ args: { text: "free" } });
    await expect(prepare("text.ask", { text: "taken" })).rejects.toMatchObject({ code: "INVALID_ARGUMENTS" });
  });

  it.each([
    ["an operation that the contract does not have", "text.lose", { text: "" }, "UNKNOWN_NAME"],
    ["a name that every object has", "toString", { text: "" }, "UNKNOWN_NAME"],
    ["arguments that do not pass", "text.keep", { text: 3 }, "INVALID_ARGUMENTS"],
    ["what has no JSON", "text.keep", undefined, "INVALID_ARGUMENTS"],
    ["what JSON cannot say", "text.keep", { text: 1n }, "INVALID_ARGUMENTS"],
    [
      "more bytes than a push has room for",
      "text.keep",
      { text: "x".repeat(MAX_OPERATION_BYTES) },
      "OPERATION_TOO_LARGE",
    ],
    ["more bytes than characters", "text.keep", { text: "€".repeat(MAX_OPERATION_BYTES / 3) }, "OPERATION_TOO_LARGE"],
  ])("C3: refuses %s", (...[, name, input, code]) => {
    expect(() => prepare(name, input)).toThrow(expect.objectContaining({ code }));
  });

  it("C3: takes what is large and still fits", () => {
    const text = "x".repeat(MAX_OPERATION_BYTES / 2);
    expect(prepare("text.keep", { text })).toMatchObject({ args: { text } });
  });
});

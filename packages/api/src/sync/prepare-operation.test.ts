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
    "text.date": { args: z.strictObject({ text: z.coerce.date() }) },
    "text.link": { args: z.strictObject({ text: z.string().transform((text) => new URL(text)) }) },
    "text.count": { args: z.strictObject({ text: z.string().transform(BigInt) }) },
    "text.list": { args: z.strictObject({ list: z.array(z.strictObject({ text: z.string() })), more: z.string() }) },
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

  it("C3: keeps what the schema made where it has the same JSON and is something else", () => {
    const time = "2026-01-02T03:04:05.678Z";
    expect(prepare("text.date", { text: time })).toEqual({
      name: "text.date",
      args: { text: time },
      parsed: { text: new Date(time) },
    });
  });

  it("C3: keeps nothing twice where the schema only gives the fields another order", () => {
    const args = { more: "", list: [{ text: "one" }] };
    expect(prepare("text.list", args)).toEqual({ name: "text.list", args });
  });

  it("C3: an `optimistic` function cannot change what will be sent", () => {
    expect(prepare("text.keep", { text: "now" })).toSatisfy(({ args }: { readonly args: object }) =>
      Object.isFrozen(args),
    );
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
    [
      "what the schema makes an object of that no storage takes",
      "text.link",
      { text: "https://example.org/" },
      "INVALID_ARGUMENTS",
    ],
    ["what the schema makes a number of that JSON cannot say", "text.count", { text: "1" }, "INVALID_ARGUMENTS"],
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

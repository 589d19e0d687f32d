import { describe, expect, it } from "vitest";
import { findUnstorable, MAX_ARGUMENT_DEPTH } from "./argument-check.ts";
import { add, ann, batch, openTodos, operation, operationIdOf } from "./todo-fixture.ts";

const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

describe("wrong arguments are verdicts, not failures", () => {
  it.each<[string, unknown]>([
    ["a NUL in a text", { id: "a", listId: "home", text: "nul \0 byte" }],
    ["a lone surrogate in a text", { id: "a", listId: "home", text: "half \ud83d" }],
    ["a NUL deep in what the schema takes as it is", { id: "a", listId: "home", text: "", note: { deep: ["\0"] } }],
    ["a lone surrogate in a key", { id: "a", listId: "home", text: "", note: { "\udc00": 1 } }],
    ["a key __proto__", JSON.parse('{"id":"a","listId":"home","text":"","__proto__":{"admin":true}}')],
    ["a deep key __proto__", JSON.parse('{"id":"a","listId":"home","text":"","note":[{"__proto__":{"admin":true}}]}')],
    ["10,000 levels of nesting", { id: "a", listId: "home", text: "", note: nested(10_000) }],
    ["an unknown field", { id: "a", listId: "home", text: "", extra: 1 }],
    ["nothing", {}],
    ["null", null],
    ["a number", 2 ** 53],
    ["a list", []],
  ])("S4 S5: %s", async (_, args) => {
    const { engine, texts } = await openTodos();
    const output = await engine.push(ann, batch([operation(1, "todo.add", args), add(2)]));
    expect(output.results).toMatchObject([
      { seq: 1, status: "rejected", error: { code: "INVALID_ARGUMENTS" } },
      { seq: 2, status: "applied" },
    ]);
    expect(await texts()).toEqual(["text 2"]);
  });

  it.each(["todo.fly", "constructor", "__proto__", "toString", "hasOwnProperty", "nul \0", "half \ud83d"])(
    "S4: an operation named %j is unknown",
    async (name) => {
      const { engine } = await openTodos();
      const { results } = await engine.push(ann, batch([operation(1, name, {})]));
      const message = `The contract "todos" 3 has no operation "${name}".`;
      expect(results).toMatchObject([{ status: "rejected", error: { code: "UNKNOWN_OPERATION", message } }]);
    },
  );

  it("tells in one short line what to mend, however much is wrong", async () => {
    const { engine } = await openTodos();
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key ${index}`, index]));
    const { results } = await engine.push(
      ann,
      batch([
        operation(1, "todo.add", { id: "", text: 5, ...keys }),
        operation(2, "todo.finish", { id: "a".repeat(101) }),
        operation(3, "todo.finish", { id: "\0" }),
      ]),
    );
    const messages = results.map((result) => (result.status === "rejected" ? (result.error?.message ?? "") : ""));
    expect(messages[0]).toContain("listId: ");
    expect(messages[0]).toContain("text: ");
    expect(messages[0]?.length).toBeLessThan(1000);
    expect(messages[1]).toMatch(/^id: Too big/);
    expect(messages[2]).toBe("id: contains a NUL or half of a surrogate pair; remove it");
  });

  it("takes 100 KB of text and gives it back whole", async () => {
    const { engine, texts } = await openTodos();
    const text = "é😀".repeat(33_000);
    const { results } = await engine.push(ann, batch([add(1, { text })]));
    expect(results).toEqual([{ id: operationIdOf(1), seq: 1, status: "applied" }]);
    expect(await texts()).toEqual([text]);
  });
});

describe("findUnstorable", () => {
  it("names the place, without repeating what cannot be shown", () => {
    expect(findUnstorable({ list: [{ text: "\0" }] })).toBe(
      "list.0.text: contains a NUL or half of a surrogate pair; remove it",
    );
    expect(findUnstorable({ "a\0": 1 })).toBe(
      '"a\\u0000": has a NUL or half of a surrogate pair in its key; remove it',
    );
    expect(findUnstorable("\ud800")).toBe("contains a NUL or half of a surrogate pair; remove it");
    expect(findUnstorable(JSON.parse('{"__proto__":1}'))).toBe("__proto__: is a key that is not taken");
  });

  it("S5: names a deep place by its first five keys, and fifty characters of each: verdicts must stay short", () => {
    const problem = "contains a NUL or half of a surrogate pair; remove it";
    const long = "k".repeat(60);
    const at = (...keys: readonly string[]) => keys.reduceRight<unknown>((value, key) => ({ [key]: value }), "\0");
    expect(findUnstorable(at("a", "b", "c", "d", long))).toBe(`a.b.c.d.${"k".repeat(50)}: ${problem}`);
    expect(findUnstorable(at("a", "b", "c", "d", "e", "f"))).toBe(`a.b.c.d.e…: ${problem}`);
    expect(findUnstorable({ [`\0${long}`]: 1 })).toContain(`"\\u0000${"k".repeat(49)}": `);
  });

  it("takes everything else that JSON can say", () => {
    const value = { text: "é😀\n\t", number: -1.5e300, none: null, flag: false, list: [[], {}], constructor: 1 };
    expect(findUnstorable(value)).toBeUndefined();
    // The arguments themselves are level 0.
    expect(findUnstorable(nested(1 + MAX_ARGUMENT_DEPTH))).toBeUndefined();
    expect(findUnstorable(nested(MAX_ARGUMENT_DEPTH + 2))).toContain(`deeper than ${MAX_ARGUMENT_DEPTH} levels`);
  });
});

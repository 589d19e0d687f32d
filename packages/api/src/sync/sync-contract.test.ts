import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { defineSyncContract } from "./sync-contract.ts";
import type { ContractRows, EntityName, OperationArgs, OperationInput, OperationName } from "./sync-contract.ts";
import type { OperationHandlers } from "./operation-handlers.ts";

const row = z.object({ id: z.string(), done: z.boolean().default(false) });
const scopeOf = () => "all";

describe("defineSyncContract", () => {
  it("answers the definition with the engine's own entities and operation, frozen", () => {
    const contract = defineSyncContract({
      name: "rows",
      version: 1,
      entities: { row: { schema: row, scopeOf } },
      operations: { "row.put": { args: row } },
    });
    expect(Object.keys(contract.operations)).toEqual(["row.put", "conflict.dismiss"]);
    expect(Object.keys(contract.entities)).toEqual(["row", "conflict", "verdict"]);
    expect(Object.isFrozen(contract)).toBe(true);
  });

  it.each(["Todo", "todo-list", "todo.", ".todo", "todo..add", "", "__proto__", "to do"])(
    "S24: refuses the name %j, which could not go over the wire",
    (name) => {
      const entities = Object.fromEntries([[name, { schema: row, scopeOf }]]);
      expect(() => defineSyncContract({ name: "bad", version: 1, entities, operations: {} })).toThrow(
        `Contract "bad": ${JSON.stringify(name)} is not a dotted camelCase name`,
      );
    },
  );

  it.each(["conflict", "verdict", "conflict.dismiss"])("S24: refuses the engine's own name %j", (name) => {
    const entities = Object.fromEntries([[name, { schema: row, scopeOf }]]);
    const operations = Object.fromEntries([[name, { args: row }]]);
    const refusal = `Contract "bad": "${name}" is the engine's own name; take another.`;
    expect(() => defineSyncContract({ name: "bad", version: 1, entities, operations: {} })).toThrow(refusal);
    expect(() => defineSyncContract({ name: "bad", version: 1, entities: {}, operations })).toThrow(refusal);
  });

  it.each(["constructor", "toString", "constructor.put", "row.valueOf"])(
    "S24: refuses the name %j, which every object has before there is an operation",
    (name) => {
      const operations = Object.fromEntries([[name, { args: row }]]);
      expect(() => defineSyncContract({ name: "bad", version: 1, entities: {}, operations })).toThrow(
        `Contract "bad": "${name}" has a word that every object has; take another.`,
      );
    },
  );

  it("S24: refuses an operation whose name lies below another's: no client could offer both", () => {
    const operations = Object.fromEntries(["todo.add", "todo.add.all"].map((name) => [name, { args: row }]));
    expect(() => defineSyncContract({ name: "bad", version: 1, entities: {}, operations })).toThrow(
      'Contract "bad": operation "todo.add.all" lies below another operation; rename one.',
    );
  });

  it.each([0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])("S24: refuses %d as a version", (version) => {
    expect(() => defineSyncContract({ name: "bad", version, entities: {}, operations: {} })).toThrow(
      `Contract "bad": version must be a positive integer, got ${version}.`,
    );
  });
});

describe("the types of a contract", () => {
  it("S24: a row has an id", () => {
    const schema = z.object({ name: z.string() });
    // @ts-expect-error a row has an `id: string`
    expect(defineSyncContract({ name: "rows", version: 1, entities: { row: { schema, scopeOf } }, operations: {} }));
  });

  const contract = defineSyncContract({
    name: "typed",
    version: 1,
    entities: { item: { schema: row, scopeOf: (item) => `item:${item.id}`, indexes: { byState: ["done"] } } },
    operations: {
      "item.put": {
        args: row,
        optimistic: (tx, args) => {
          tx.put("item", args);
          // @ts-expect-error the contract has no such entity
          tx.put("thing", args);
          // @ts-expect-error a row is written whole
          tx.put("item", { id: "a" });
          // @ts-expect-error `done` is a boolean
          tx.patch("item", args.id, { done: "yes" });
        },
      },
    },
  });
  type Contract = typeof contract;

  it("S24: give rows, and arguments as callers give them and as handlers get them", () => {
    expectTypeOf<EntityName<Contract>>().toEqualTypeOf<"item" | "conflict" | "verdict">();
    expectTypeOf<OperationName<Contract>>().toEqualTypeOf<"item.put" | "conflict.dismiss">();
    expectTypeOf<ContractRows<Contract>["item"]>().toEqualTypeOf<{ id: string; done: boolean }>();
    expectTypeOf<OperationInput<Contract, "item.put">>().toEqualTypeOf<{ id: string; done?: boolean | undefined }>();
    expectTypeOf<OperationArgs<Contract, "item.put">>().toEqualTypeOf<{ id: string; done: boolean }>();
    expectTypeOf<OperationArgs<Contract, "item.drop">>().toEqualTypeOf<never>();
  });

  it("S24: ask for a handler of every operation, and let it record the contract's rows only", () => {
    type Handlers = OperationHandlers<Contract, undefined>;
    expectTypeOf<keyof Handlers>().toEqualTypeOf<"item.put">();
    // @ts-expect-error `item.put` has no handler
    const none: Handlers = {};
    const wrong: Handlers = {
      // @ts-expect-error a row without `done` is not the contract's row
      "item.put": async ({ args, changes }) => changes.put("item", { id: args.id }),
    };
    expect([none, wrong]).toHaveLength(2);
  });

  it("S24: refuse indexes and strategies over fields that the row does not have", () => {
    const item = { schema: row, scopeOf };
    defineSyncContract({
      name: "bad",
      version: 1,
      // @ts-expect-error there is no field `colour` to index
      entities: { item: { ...item, indexes: { byColour: ["colour"] } } },
      operations: {},
    });
    defineSyncContract({
      name: "bad",
      version: 1,
      // @ts-expect-error there is no field `colour` to decide about
      entities: { item: { ...item, conflict: { colour: "merge" } } },
      operations: {},
    });
    expectTypeOf(contract.entities.item.indexes).not.toBeAny();
  });
});

import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import { firstCard, openCards } from "./card-fixture.ts";
import { add, ann, batch, bob, deviceIdOf, openTodos } from "./todo-fixture.ts";

describe("the engine", () => {
  it("S23: serves contracts that have nothing in common, each with its own operations, rows and policy", async () => {
    const [todos, cards] = await Promise.all([openTodos(), openCards()]);
    const deviceId = deviceIdOf(2);
    const ops = [add(1), { ...add(2), name: "card.put", args: firstCard }];
    const pull = { deviceId, cursor: null, limit: 10 };
    const statusesOf = async ({ engine }: Pick<typeof todos, "engine"> | Pick<typeof cards, "engine">) =>
      (await engine.push(ann, batch(ops, { deviceId }))).results.map(({ status }) => status);
    expect(await statusesOf(todos)).toEqual(["applied", "rejected"]);
    expect(await statusesOf(cards)).toEqual(["rejected", "applied"]);
    expect((await todos.engine.pull(ann, pull)).changes).toMatchObject([{ scope: "list:home", entity: "todo" }]);
    expect((await cards.engine.pull(ann, pull)).changes).toMatchObject([{ scope: "wall", entity: "card" }]);
  });
});

describe("execute", () => {
  const args = { id: "a", listId: "home", text: "at once" };

  it("S10: applies one operation at once, answers its row and records its change", async () => {
    const { engine, todos } = await openTodos();
    expect(await engine.execute(ann, "todo.add", args)).toEqual({ ...args, done: false });
    expect(await todos()).toEqual([{ ...args, done: false }]);
    const { changes } = await engine.pull(ann, { deviceId: deviceIdOf(1), cursor: null, limit: 10 });
    expect(changes).toEqual([
      { scope: "list:home", entity: "todo", id: "a", version: 1, value: { ...args, done: false } },
    ]);
  });

  it.each([
    { what: "an unknown operation", user: ann, name: "todo.fly", given: {}, code: "UNKNOWN_OPERATION" },
    { what: "a prototype's property", user: ann, name: "constructor", given: {}, code: "UNKNOWN_OPERATION" },
    { what: "wrong arguments", user: ann, name: "todo.add", given: { ...args, text: 1 }, code: "INVALID_ARGUMENTS" },
    { what: "what the policy hides", user: bob, name: "todo.add", given: args, code: "NOT_FOUND" },
    { what: "what the handler refuses", user: ann, name: "todo.finish", given: { id: "x" }, code: "NOT_FOUND" },
  ])("S10: throws the refusal that a push would record: $what", async ({ user, name, given, code }) => {
    const { engine, texts } = await openTodos();
    await expect(engine.execute(user, name, given)).rejects.toMatchObject({ name: "TidemarkError", code });
    expect(await texts()).toEqual([]);
  });

  it("S10: leaves nothing of an operation that its handler refuses or fails after it wrote", async () => {
    const { engine, faults, store, texts } = await openTodos();
    const thrown = [new TidemarkError("CONFLICT", { message: "The list is full." }), new TypeError("a bug")];
    for (const error of thrown) {
      faults.afterAdd = () => {
        throw error;
      };
      await expect(engine.execute(ann, "todo.add", args)).rejects.toBe(error);
    }
    expect(await texts()).toEqual([]);
    expect((await store.read((snapshot) => snapshot.scopeVersions(["list:home"]))).size).toBe(0);
  });
});

describe("the contract that a device speaks", () => {
  const pull = (contract?: { readonly name: string; readonly version: number }) => ({
    deviceId: deviceIdOf(1),
    cursor: null,
    limit: 10,
    ...(contract !== undefined && { contract }),
  });

  it("S15: may be left out, and is taken when it is the server's", async () => {
    const { engine } = await openTodos();
    const contract = { name: "todos", version: 3 };
    await engine.pull(ann, pull());
    await engine.pull(ann, pull(contract));
    expect((await engine.push(ann, batch([add(1)], { contract }))).lastSeq).toBe(1);
  });

  it.each([
    ["older", { name: "todos", version: 2 }, "update the app"],
    ["newer", { name: "todos", version: 4 }, "try again later"],
    ["another", { name: "lessons", version: 9 }, "update the app"],
  ])("S15: is refused as CONTRACT_TOO_OLD when it is %s, and nothing is applied", async (_, contract, advice) => {
    const { engine, texts } = await openTodos();
    const told = `version 3, the device "${contract.name}" version ${contract.version}: `;
    const message = expect.stringMatching(new RegExp(`^The server speaks contract "todos" ${told}.*${advice}`));
    const refused = { code: "CONTRACT_TOO_OLD", message, details: { contract: { name: "todos", version: 3 } } };
    await expect(engine.push(ann, batch([add(1)], { contract }))).rejects.toMatchObject(refused);
    await expect(engine.pull(ann, pull(contract))).rejects.toMatchObject(refused);
    expect(await texts()).toEqual([]);
  });
});

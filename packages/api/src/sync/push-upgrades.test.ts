import { describe, expect, it } from "vitest";
import { firstCard, openCards } from "./card-fixture.ts";
import { defineSyncContract } from "./sync-contract.ts";
import { ann, deviceIdOf, openTodos } from "./todo-fixture.ts";
import { upgradeOperation, type OperationUpgrades } from "./upgrade-operation.ts";

const GROUP = "00000000-0000-4000-8000-0000000000f1";

/** A push of Ann's phone as version `version` of the app sends it. */
async function openOldPhone(version: number) {
  const cards = await openCards();
  await cards.put("annPhone", firstCard);
  const write = (name: string, args: unknown) => cards.operationOf("annPhone", name, args);
  const push = async (ops: readonly ReturnType<typeof write>[]) => {
    const contract = { name: "cards", version };
    return (await cards.engine.push(ann, { deviceId: deviceIdOf(1), contract, ops: [...ops] })).results;
  };
  return { ...cards, write, push };
}

describe("a push of an older version of the app", () => {
  it("S41: is applied as the newest version would have written it, over every version in between", async () => {
    const { card, push, write } = await openOldPhone(2);
    expect(await push([write("card.rename", { id: "c1", name: "new" })])).toMatchObject([{ status: "applied" }]);
    expect(await card()).toMatchObject({ title: "new" });
  });

  it("S41: of the version in between goes through the later steps only", async () => {
    const { card, push, write } = await openOldPhone(3);
    const results = await push([
      write("card.retitle", { id: "c1", name: "new" }),
      write("card.rename", { id: "c1", name: "a name that version 3 does not have" }),
    ]);
    expect(results).toMatchObject([{ status: "applied" }, { error: { code: "UNKNOWN_OPERATION" } }]);
    expect(await card()).toMatchObject({ title: "new" });
  });

  it("S41 S4: gets CONTRACT_TOO_OLD for what means nothing any more; its seq is consumed and its neighbours are applied", async () => {
    const { card, push, write } = await openOldPhone(2);
    const ops = [
      write("card.rename", { id: "c1", name: "one" }),
      write("card.shout", { id: "c1" }),
      write("card.rename", { id: "c1", name: "two" }),
    ];
    const results = await push(ops);
    expect(results).toMatchObject([
      { status: "applied" },
      { status: "rejected", error: { code: "CONTRACT_TOO_OLD" } },
      { status: "applied" },
    ]);
    expect(await card()).toMatchObject({ title: "two" });
    expect((await push(ops)).map((result) => result.status === "duplicate" && result.of)).toEqual(results);
  });

  it("S41: refuses what an upgrade throws at, and goes on", async () => {
    const { push, write } = await openOldPhone(2);
    const results = await push([write("card.rename", 7), write("card.rename", { id: "c1", name: "one" })]);
    const message = '"card.rename" was written by an older version of the app and means nothing in this one: ';
    expect(results).toMatchObject([
      { error: { code: "CONTRACT_TOO_OLD", message: expect.stringContaining(message) } },
      { status: "applied" },
    ]);
  });

  it("S41 S26 I5: refuses the group of an operation that means nothing any more", async () => {
    const { card, push, write } = await openOldPhone(2);
    const inGroup = (name: string, args: unknown) => ({ ...write(name, args), group: GROUP });
    const results = await push([
      inGroup("card.rename", { id: "c1", name: "one" }),
      inGroup("card.shout", { id: "c1" }),
      write("card.edit", { id: "c1", body: "b1" }),
    ]);
    expect(results).toMatchObject([
      { error: { code: "GROUP_FAILED" } },
      { error: { code: "CONTRACT_TOO_OLD" } },
      { status: "applied" },
    ]);
    expect(await card()).toMatchObject({ title: "t0", body: "b1" });
  });
});

describe("upgrades", () => {
  it("S41: leave the engine's own operations alone", () => {
    const dismissal = { name: "conflict.dismiss", args: { id: "x" } };
    expect(upgradeOperation({ version: 9 }, dismissal, 1)).toBe(dismissal);
  });

  it("S41: without a step for a version in between there is no way", () => {
    const upgrades: OperationUpgrades = { 1: (operation) => operation };
    const written = { name: "a.b", args: null };
    expect(upgradeOperation({ version: 2, upgrades }, written, 1)).toBe(written);
    expect(upgradeOperation({ version: 3, upgrades }, written, 1)).toBeNull();
  });

  it("S41: a server that takes older versions without a way to its own does not start", async () => {
    await expect(openTodos({ oldestVersion: 2 })).rejects.toThrow(
      "version 2 is to be taken, but there is no upgrades[2] to version 3",
    );
  });

  it("S24 S41: a contract takes upgrades from any version before its own", () => {
    const upgrades: OperationUpgrades = { 1: (operation) => operation, 2: () => null };
    const contract = defineSyncContract({ name: "good", version: 3, entities: {}, operations: {}, upgrades });
    expect(upgradeOperation(contract, { name: "a.b", args: null }, 2)).toBeNull();
  });

  it.each([0, 2, 1.5])("S24: a contract of version 2 refuses upgrades from %d", (from) => {
    const define = () =>
      defineSyncContract({
        name: "bad",
        version: 2,
        entities: {},
        operations: {},
        upgrades: { [from]: (operation) => operation },
      });
    expect(define).toThrow(`upgrades[${from}] starts from no version before 2`);
  });
});

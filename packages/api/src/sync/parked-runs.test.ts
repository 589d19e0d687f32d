import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import { firstCard, openCards } from "./card-fixture.ts";
import { add, ann, batch, deviceIdOf, openTodos } from "./todo-fixture.ts";

describe("rerunParked", () => {
  it("S28 I2: applies what was parked once the fault is mended, oldest first, and tells the device by a verdict row", async () => {
    const { engine, put, breakPuts, card, pull } = await openCards();
    breakPuts(true);
    const [first] = await put("annPhone", { ...firstCard, title: "first" });
    expect(first).toMatchObject({ status: "parked" });
    await put("annPhone", { ...firstCard, title: "second" });
    expect(await engine.rerunParked()).toEqual({ applied: 0, rejected: 0, stillParked: 2 });
    breakPuts(false);
    expect(await engine.rerunParked()).toEqual({ applied: 2, rejected: 0, stillParked: 0 });
    expect(await card()).toMatchObject({ title: "second" });
    expect(await engine.rerunParked()).toEqual({ applied: 0, rejected: 0, stillParked: 0 });

    const verdicts = (await pull("annLaptop")).changes.filter(({ entity }) => entity === "verdict");
    expect(verdicts).toMatchObject([
      { scope: `user:${ann.id}`, id: first?.id, value: { id: first?.id, seq: 1, status: "applied" } },
      { value: { seq: 2, status: "applied" } },
    ]);
  });

  it.each([
    ["its handler refuses now", { name: "card.edit", args: { id: "none", title: "x" } }, "NOT_FOUND"],
    ["the contract has no more", { name: "card.fold", args: {} }, "UNKNOWN_OPERATION"],
  ])("S28: rejects what %s, leaving nothing of it", async (_, changed, code) => {
    const { engine, store, put, breakPuts, pull } = await openCards();
    breakPuts(true);
    await put("annPhone", firstCard);
    breakPuts(false);
    const parked = await store.write((transaction) => transaction.takeParked(undefined));
    await store.write(async (transaction) => {
      if (parked === undefined) throw new TypeError("Nothing is parked.");
      await transaction.removeParked(parked);
      const operation = { ...parked.operation, ...changed };
      await transaction.parkOperations([{ ...parked, operation }]);
    });
    expect(await engine.rerunParked()).toEqual({ applied: 0, rejected: 1, stillParked: 0 });
    const { changes } = await pull("annPhone");
    expect(changes).toMatchObject([{ entity: "verdict", value: { status: "rejected", error: { code } } }]);
  });

  it.each([
    [
      "S26 S28 I5: refuses one of a group, whose others were refused when it was parked",
      2,
      ["rejected", "GROUP_FAILED"],
    ],
    ["S28: applies one that was a group alone", 1, ["applied", undefined]],
  ])("%s", async (_, size, [status, code]) => {
    const { engine, faults, texts } = await openTodos();
    const group = "00000000-0000-4000-8000-0000000000f1";
    faults.afterAdd = () => {
      throw new TypeError("a bug");
    };
    const ops = [add(1, {}, { group }), add(2, {}, { group })].slice(0, size);
    await engine.push(ann, batch(ops));
    faults.afterAdd = () => {};
    await engine.rerunParked();
    expect(await texts()).toEqual(size === 1 ? ["text 1"] : []);
    const { changes } = await engine.pull(ann, { deviceId: deviceIdOf(9), cursor: null, limit: 100 });
    expect(changes.find(({ entity }) => entity === "verdict")?.value).toMatchObject({
      status,
      ...(code !== undefined && { error: { code } }),
    });
  });

  it("S28: leaves parked what throws a fault of its own again", async () => {
    const { engine, put, breakPuts } = await openCards();
    breakPuts(true);
    await put("annPhone", firstCard);
    breakPuts(new TidemarkError("INTERNAL", { message: "An invariant does not hold." }));
    expect(await engine.rerunParked()).toEqual({ applied: 0, rejected: 0, stillParked: 1 });
  });

  it("S9 S28 I7: asks the policy of today about the operation's author", async () => {
    const { engine, faults, removeMember, texts } = await openTodos();
    faults.afterAdd = () => {
      throw new TypeError("a bug");
    };
    await engine.push(ann, batch([add(1)]));
    faults.afterAdd = () => {};
    await engine.rerunParked();
    expect(await texts()).toEqual(["text 1"]);

    faults.afterAdd = () => {
      throw new TypeError("a bug");
    };
    await engine.push(ann, batch([add(2)]));
    faults.afterAdd = () => {};
    await removeMember("home", ann);
    expect(await engine.rerunParked()).toEqual({ applied: 0, rejected: 1, stillParked: 0 });
    expect(await texts()).toEqual(["text 1"]);
  });

  it("S28: fails when it cannot look at what is parked", async () => {
    const fault = new TypeError("no such table");
    const { engine } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        write: (work) =>
          store.write((transaction) => work({ ...transaction, takeParked: () => Promise.reject(fault) })),
      }),
    });
    await expect(engine.rerunParked()).rejects.toBe(fault);
  });

  it("S28: tells how far it came after each, and keeps the newest reason of what failed again", async () => {
    const { engine, store, put, breakPuts } = await openCards();
    breakPuts(true);
    for (const title of ["first", "second"]) await put("annPhone", { ...firstCard, title });
    breakPuts(new RangeError("another fault"));
    const told: unknown[] = [];
    await engine.rerunParked((run) => told.push(run));
    expect(told).toEqual([1, 2].map((stillParked) => ({ applied: 0, rejected: 0, stillParked })));
    const kept = await store.parkedOperations(deviceIdOf(1));
    expect(kept.map(({ reason }) => reason.split("\n")[0])).toEqual(Array(2).fill("RangeError: another fault"));
  });

  it("S28 S36: fails when the database is away, however far it came, and loses nothing that is parked", async () => {
    const { engine, store, put, breakPuts } = await openCards();
    const away = new TidemarkError("UNAVAILABLE", { message: "The database is away." });
    breakPuts(true);
    await put("annPhone", firstCard);
    breakPuts(away);
    await expect(engine.rerunParked()).rejects.toBe(away);
    expect(await store.parkedOperations(deviceIdOf(1))).toHaveLength(1);
    breakPuts(false);
    expect(await engine.rerunParked()).toEqual({ applied: 1, rejected: 0, stillParked: 0 });
  });
});

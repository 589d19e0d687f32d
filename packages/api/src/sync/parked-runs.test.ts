import { describe, expect, it } from "vitest";
import { firstCard, openCards } from "./card-fixture.ts";
import { ann } from "./todo-fixture.ts";

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

  it("S28: rejects what its handler refuses now, leaving nothing of it", async () => {
    const { engine, store, put, breakPuts, pull } = await openCards();
    breakPuts(true);
    await put("annPhone", firstCard);
    breakPuts(false);
    const parked = await store.write((transaction) => transaction.takeParked(undefined));
    await store.write(async (transaction) => {
      if (parked === undefined) throw new TypeError("Nothing is parked.");
      await transaction.removeParked(parked);
      const operation = { ...parked.operation, name: "card.edit", args: { id: "none", title: "x" } };
      await transaction.parkOperations([{ ...parked, operation }]);
    });
    expect(await engine.rerunParked()).toEqual({ applied: 0, rejected: 1, stillParked: 0 });
    const { changes } = await pull("annPhone");
    expect(changes).toMatchObject([{ entity: "verdict", value: { status: "rejected", error: { code: "NOT_FOUND" } } }]);
  });
});

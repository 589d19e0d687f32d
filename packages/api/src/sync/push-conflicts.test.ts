import { describe, expect, it } from "vitest";
import { firstCard, openCards } from "./card-fixture.ts";
import type { PushOperation } from "./sync-protocol.ts";
import { ann, bob } from "./todo-fixture.ts";

/** A card that both people have pulled at the same version. */
async function openSharedCard() {
  const cards = await openCards();
  await cards.put("annPhone", firstCard);
  const base = (await cards.versionOf("bobPhone", "c1")) ?? 0;
  return { ...cards, base };
}

describe("two devices that edit one row from the same base", () => {
  it("S38 I9: are told apart by who came later to the server, whatever their clocks say", async () => {
    const { operationOf, push, base, card } = await openSharedCard();
    const write = (device: "annPhone" | "bobPhone", body: string, at: string) =>
      push(device, { ...operationOf(device, "card.edit", { id: "c1", body }), base, at });
    await write("annPhone", "ahead of its time", "2099-01-01T00:00:00.000Z");
    await write("bobPhone", "behind its time", "1999-01-01T00:00:00.000Z");
    expect(await card()).toMatchObject({ body: "behind its time" });
  });

  it("S29 I9: do not conflict where they changed different fields", async () => {
    const { edit, base, card, conflictsOf } = await openSharedCard();
    expect(await edit("annPhone", { title: "ann's" }, base)).toMatchObject({ status: "applied" });
    expect(await edit("bobPhone", { due: "bob's" }, base)).toMatchObject({ status: "applied" });
    expect(await card()).toEqual({ ...firstCard, title: "ann's", due: "bob's" });
    expect([...(await conflictsOf("annPhone")), ...(await conflictsOf("bobPhone"))]).toEqual([]);
  });

  it("S29: do not conflict where both set the same value", async () => {
    const { edit, base, conflictsOf } = await openSharedCard();
    await edit("annPhone", { note: "same" }, base);
    expect(await edit("bobPhone", { note: "same" }, base)).toMatchObject({ status: "applied" });
    expect(await conflictsOf("annPhone")).toEqual([]);
  });

  it.each([["title"], ["body"]] as const)(
    "S30 S31 I9: the later one's %s stays, and the other person is told",
    async (field) => {
      const { edit, base, card, conflictsOf } = await openSharedCard();
      await edit("annPhone", { [field]: "ann's" }, base);
      expect(await edit("bobPhone", { [field]: "bob's" }, base)).toEqual(
        expect.objectContaining({ status: "applied" }),
      );
      expect(await card()).toMatchObject({ [field]: "bob's" });
      const [conflict] = await conflictsOf("annPhone");
      expect(conflict).toMatchObject({
        scope: `user:${ann.id}`,
        value: { entity: "card", entityId: "c1", field, lost: "ann's", won: "bob's", by: bob.id },
      });
      expect(await conflictsOf("bobPhone")).toEqual([]);
    },
  );

  it("S30 S31 I9: the server's value of a serverWins field stays, the verdict is `merged`, and the author is told", async () => {
    const { edit, base, card, conflictsOf } = await openSharedCard();
    await edit("annPhone", { due: "ann's" }, base);
    expect(await edit("bobPhone", { due: "bob's", body: "bob's" }, base)).toMatchObject({
      status: "merged",
      conflict: { strategy: "serverWins", server: { due: "ann's" } },
    });
    expect(await card()).toEqual({ ...firstCard, due: "ann's", body: "bob's" });
    expect(await conflictsOf("bobPhone")).toMatchObject([{ value: { field: "due", lost: "bob's", won: "ann's" } }]);
  });

  it("S30: leaves the row alone when nothing of an edit is left to write", async () => {
    const { edit, base, card, versionOf } = await openSharedCard();
    await edit("annPhone", { due: "ann's" }, base);
    const before = await versionOf("annPhone", "c1");
    expect(await edit("bobPhone", { due: "bob's" }, base)).toMatchObject({ status: "merged" });
    expect(await card()).toMatchObject({ due: "ann's" });
    expect(await versionOf("annPhone", "c1")).toBe(before);
  });

  it("S30 I9: a merge field becomes the union of both lists", async () => {
    const { edit, base, card } = await openSharedCard();
    await edit("annPhone", { tags: ["a", "b"] }, base);
    expect(await edit("bobPhone", { tags: ["a", "c"] }, base)).toMatchObject({
      status: "merged",
      conflict: { strategy: "merge", server: { tags: ["a", "b", "c"] } },
    });
    expect(await card()).toMatchObject({ tags: ["a", "b", "c"] });
  });

  it("S30 I9: a manual field is refused whole, with the server's value for the person to decide", async () => {
    const { edit, base, card } = await openSharedCard();
    await edit("annPhone", { note: "ann's" }, base);
    expect(await edit("bobPhone", { note: "bob's", title: "bob's" }, base)).toMatchObject({
      status: "rejected",
      error: {
        code: "CONFLICT",
        message: "Somebody else changed note meanwhile; compare both and decide which one stays.",
      },
      conflict: { strategy: "manual", server: { note: "ann's" } },
    });
    expect(await card()).toEqual({ ...firstCard, note: "ann's" });
  });

  it("S26 S30 I9: a manual field in a group is refused with the server's value too", async () => {
    const { edit, operationOf, push, base, card } = await openSharedCard();
    await edit("annPhone", { note: "ann's" }, base);
    const group = "00000000-0000-4000-8000-0000000000f1";
    const ops = ["title", "note"].map((field) => ({
      ...operationOf("bobPhone", "card.edit", { id: "c1", [field]: "bob's" }),
      ...(base !== undefined && { base }),
      group,
    }));
    expect(await push("bobPhone", ...ops)).toMatchObject([
      { status: "rejected", error: { code: "GROUP_FAILED" } },
      {
        status: "rejected",
        error: { code: "CONFLICT" },
        conflict: { strategy: "manual", server: { note: "ann's" } },
      },
    ]);
    expect(await card()).toEqual({ ...firstCard, note: "ann's" });
  });

  it("S29: takes a field that is given as undefined for one that is left alone", async () => {
    const { operationOf, push, edit, base, conflictsOf } = await openSharedCard();
    const edited = operationOf("annPhone", "card.edit", { id: "c1", title: undefined, body: "ann's" });
    await push("annPhone", { ...edited, base });
    await edit("bobPhone", { title: "bob's" }, base);
    expect(await conflictsOf("annPhone")).toEqual([]);
  });
});

/** Devices that have written to one scope: of what they push at once, the first runs alone and the next two together. */
async function openCombined() {
  const cards = await openSharedCard();
  await cards.put("annLaptop", { ...firstCard, id: "c2" });
  await cards.put("bobPhone", { ...firstCard, id: "c3" });
  await cards.put("annTablet", { ...firstCard, id: "c4" });
  const edit = (device: "annLaptop" | "bobPhone", args: object, base: number) => ({
    ...cards.operationOf(device, "card.edit", args),
    base,
  });
  const pushTogether = async (ofLaptop: readonly PushOperation[], ofBob: readonly PushOperation[]) => {
    cards.writes.count = 0;
    const [, laptop, bobs] = await Promise.all([
      cards.put("annPhone", { ...firstCard, id: "before" }),
      cards.push("annLaptop", ...ofLaptop),
      cards.push("bobPhone", ...ofBob),
      cards.put("annTablet", { ...firstCard, id: "beside" }),
    ]);
    expect(cards.writes.count).toBe(3);
    return [laptop, bobs];
  };
  return { ...cards, edit, pushTogether };
}

describe("two devices that edit one row in one combined transaction", () => {
  it("S25 S29 I9: conflict as they would one after the other", async () => {
    const { base, card, edit, pushTogether, conflictsOf } = await openCombined();
    const [ofLaptop, ofBob] = await pushTogether(
      [edit("annLaptop", { id: "c1", title: "laptop's", due: "laptop's", body: "laptop's" }, base)],
      [edit("bobPhone", { id: "c1", title: "bob's", due: "bob's" }, base)],
    );
    expect(ofLaptop).toMatchObject([{ status: "applied" }]);
    expect(ofBob).toMatchObject([
      { status: "merged", conflict: { strategy: "serverWins", server: { due: "laptop's" } } },
    ]);
    expect(await card()).toEqual({ ...firstCard, title: "bob's", due: "laptop's", body: "laptop's" });
    expect(await conflictsOf("annPhone")).toMatchObject([
      { value: { field: "title", lost: "laptop's", won: "bob's", by: bob.id } },
    ]);
    expect(await conflictsOf("bobPhone")).toMatchObject([
      { value: { field: "due", lost: "bob's", won: "laptop's", by: ann.id } },
    ]);
  });

  it("S25 S29 I9: conflict over what was changed before it as well", async () => {
    const { base, edit, operationOf, push, pushTogether, conflictsOf } = await openCombined();
    await push("annPhone", { ...operationOf("annPhone", "card.edit", { id: "c1", body: "phone's" }), base });
    await pushTogether(
      [edit("annLaptop", { id: "c1", title: "laptop's" }, base)],
      [edit("bobPhone", { id: "c1", body: "bob's" }, base)],
    );
    expect(await conflictsOf("annPhone")).toMatchObject([{ value: { lost: "phone's", won: "bob's" } }]);
  });

  it("S29: do not conflict over the marks of a row that was deleted in between, nor over those of another row", async () => {
    const { base, edit, operationOf, pushTogether, conflictsOf } = await openCombined();
    const outcomes = await pushTogether(
      [
        edit("annLaptop", { id: "c1", title: "laptop's" }, base),
        edit("annLaptop", { id: "c2", title: "laptop's" }, base),
        operationOf("annLaptop", "card.remove", { id: "c1" }),
        operationOf("annLaptop", "card.put", firstCard),
      ],
      [edit("bobPhone", { id: "c1", title: "bob's" }, base), edit("bobPhone", { id: "c3", title: "bob's" }, base)],
    );
    expect(new Set(outcomes.flat().map(({ status }) => status))).toEqual(new Set(["applied"]));
    expect(await conflictsOf("annPhone")).toEqual([]);
  });

  it("S29: find each other's changes of a row that the first of them has just made", async () => {
    const { edit, operationOf, pushTogether, conflictsOf } = await openCombined();
    await pushTogether(
      [
        operationOf("annLaptop", "card.put", { ...firstCard, id: "new" }),
        edit("annLaptop", { id: "new", title: "laptop's" }, 0),
      ],
      [edit("bobPhone", { id: "new", title: "bob's" }, 0)],
    );
    expect(await conflictsOf("annPhone")).toMatchObject([
      { value: { entityId: "new", lost: "laptop's", won: "bob's" } },
    ]);
  });
});

describe("a device", () => {
  it("S29: never conflicts with its own operations, but with another device of the same person", async () => {
    const { edit, base, conflictsOf } = await openSharedCard();
    await edit("annPhone", { title: "first" }, base);
    expect(await edit("annPhone", { title: "second" }, base)).toMatchObject({ status: "applied" });
    expect(await conflictsOf("annPhone")).toEqual([]);
    await edit("annLaptop", { title: "third" }, base);
    expect(await conflictsOf("annPhone")).toMatchObject([{ value: { lost: "second", won: "third" } }]);
  });

  it("S29: without a base, or with a newer one, does not conflict", async () => {
    const { edit, base, versionOf, conflictsOf } = await openSharedCard();
    await edit("annPhone", { note: "ann's" }, base);
    expect(await edit("bobPhone", { note: "blind" })).toMatchObject({ status: "applied" });
    const newer = await versionOf("annPhone", "c1");
    expect(await edit("annPhone", { note: "seen" }, newer)).toMatchObject({ status: "applied" });
    expect(await conflictsOf("bobPhone")).toEqual([]);
  });
});

describe("conflict.dismiss", () => {
  it("S31: takes the conflict from all of the person's devices, twice as well as once", async () => {
    const { edit, base, conflictsOf, operationOf, push, pull } = await openSharedCard();
    await edit("annPhone", { title: "ann's" }, base);
    await edit("bobPhone", { title: "bob's" }, base);
    const [conflict] = await conflictsOf("annPhone");
    const dismiss = () => push("annPhone", operationOf("annPhone", "conflict.dismiss", { id: conflict?.id }));
    expect(await dismiss()).toMatchObject([{ status: "applied" }]);
    const { cursor } = await pull("annPhone");
    expect(await dismiss()).toMatchObject([{ status: "applied" }]);
    expect(await conflictsOf("annLaptop")).toEqual([]);
    expect((await pull("annPhone", cursor)).changes).toEqual([]);
  });

  it("S31 I7: knows nothing of another person's conflicts", async () => {
    const { edit, base, conflictsOf, operationOf, push, engine } = await openSharedCard();
    await edit("annPhone", { title: "ann's" }, base);
    await edit("bobPhone", { title: "bob's" }, base);
    const [conflict] = await conflictsOf("annPhone");
    expect(await push("bobPhone", operationOf("bobPhone", "conflict.dismiss", { id: conflict?.id }))).toMatchObject([
      { status: "rejected", error: { code: "NOT_FOUND" } },
    ]);
    for (const id of [conflict?.id, "none"]) {
      await expect(engine.execute(bob, "conflict.dismiss", { id })).rejects.toMatchObject({
        code: "NOT_FOUND",
        message: "There is no such conflict.",
      });
    }
    const dismissed = { id: conflict?.id };
    expect(await engine.execute(ann, "conflict.dismiss", dismissed)).toEqual(dismissed);
    expect(await conflictsOf("annPhone")).toEqual([]);
  });
});

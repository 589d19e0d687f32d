import { defineSyncContract } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { storedPage } from "../../test/stored-page.ts";
import { readContract } from "../contract.ts";
import { asDead, asQueued, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { createOverlay, type Overlay } from "./overlay.ts";

const card = z.object({ id: z.string(), title: z.string(), count: z.number() });
const args = z.strictObject({ id: z.string() });

/** Operations that read what they write, in every order. */
const contract = readContract(
  defineSyncContract({
    name: "cards",
    version: 1,
    entities: { card: { schema: card, scopeOf: () => "all", indexes: { byTitle: ["title"] } } },
    operations: {
      "card.count": {
        args,
        optimistic(tx, { id }) {
          const before = tx.get("card", id)?.count ?? 0;
          tx.put("card", { id, title: "counted", count: before + 1 });
          tx.patch("card", id, { count: (tx.get("card", id)?.count ?? 0) + 1 });
        },
      },
      "card.replace": {
        args,
        optimistic(tx, { id }) {
          const old = tx.get("card", id);
          tx.put("card", { id: `${id} log`, title: `replaced ${old?.title}`, count: 0 });
          tx.delete("card", id);
          tx.patch("card", id, { title: "gone, so nothing happens" });
          if (tx.get("card", id) === undefined) tx.patch("card", `${id} log`, { count: 1 });
        },
      },
    },
  }),
);
const operation = (order: number, name: string, isRejected = false): TrackedOperation => {
  const id = `operation ${order}`;
  const stored = { id, key: order, order, name, args: { id: "a" }, at: "", contractVersion: 1 };
  const error = { code: "FORBIDDEN", message: "No." } as const;
  return isRejected ? asDead({ id, operation: stored, status: "rejected", error }) : asQueued(stored);
};
const pulled = { entity: "card", id: "a", scope: "home" };
const open = (): Overlay => {
  const overlay = createOverlay({
    contract,
    userId: "ann",
    reportError(error) {
      throw error;
    },
  });
  overlay.apply({
    changed: [],
    removed: [],
    pages: [storedPage([{ ...pulled, version: 7, value: { title: "pulled", count: 1 } }])],
  });
  return overlay;
};
const shown = (overlay: Overlay) =>
  overlay
    .query("card", {})
    .get()
    .map(({ id, title, count, $state }) => [id, title, count, $state]);

describe("the effect of one operation", () => {
  it("C5: it sees its own writes", () => {
    const overlay = open();
    overlay.apply({ removed: [], changed: [operation(1, "card.count"), operation(2, "card.count")] });
    expect(shown(overlay)).toEqual([["a", "counted", 5, "pending"]]);
  });

  it("C5: what it has deleted is gone for it, too", () => {
    const overlay = open();
    overlay.apply({ removed: [], changed: [operation(1, "card.replace")] });
    expect(shown(overlay)).toEqual([["a log", "replaced pulled", 1, "pending"]]);
  });

  it("C6: a refused one keeps what it would have deleted, marked", () => {
    const overlay = open();
    overlay.apply({ removed: [], changed: [operation(1, "card.replace", true)] });
    expect(shown(overlay)).toEqual([
      ["a", "gone, so nothing happens", 1, "rejected"],
      ["a log", "replaced pulled", 0, "rejected"],
    ]);
  });

  it("C22: the base is the version of the pulled row that it changes first, after what came before in its group", () => {
    const overlay = open();
    const written = new Map();
    expect(overlay.baseOf(operation(1, "card.replace"), written)).toBe(7);
    expect(overlay.baseOf(operation(2, "card.count"), written)).toBe(7);
    expect([...written.values()].at(-1)).toMatchObject({ title: "counted", count: 2 });
    expect(overlay.baseOf(operation(3, "card.lose"))).toBeUndefined();
  });

  it("C17: rows of entities that the contract does not have are left out", () => {
    const overlay = open();
    overlay.apply({
      changed: [],
      removed: [],
      pages: [storedPage([{ ...pulled, entity: "deck", version: 1, value: {} }])],
    });
    expect(shown(overlay)).toHaveLength(1);
  });

  it.each([
    ["an entity", "deck", {}],
    ["an entity by a name that every object has", "constructor", {}],
    ["an index", "card", { index: "byColor" }],
  ])("C7: a query of %s that the contract does not have is refused", (_what, entity, query) => {
    expect(() => open().query(entity, query)).toThrow(expect.objectContaining({ code: "UNKNOWN_NAME" }));
  });
});

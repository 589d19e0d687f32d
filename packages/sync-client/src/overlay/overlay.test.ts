import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { storedPage } from "../../test/stored-page.ts";
import { readContract } from "../contract.ts";
import { asDead, asQueued, asSettled, byOrder, type TrackedOperation } from "../outbox/tracked-operation.ts";
import type { StoredChange } from "../storage/sync-storage.ts";
import { createOverlay, type Overlay, type OverlayChange } from "./overlay.ts";

const contract = readContract(notesContract);
const open = () => {
  const errors: unknown[] = [];
  return { overlay: createOverlay({ contract, userId: "ann", reportError: (error) => errors.push(error) }), errors };
};
const pulled = (id: string, text: string, version = 1): StoredChange => ({
  entity: "note",
  id,
  scope: "list:home",
  version,
  value: { listId: "home", text, at: `2026-01-0${(id.length % 9) + 1}` },
});
const operation = (order: number, name: string, args: object): TrackedOperation => ({
  id: `operation ${order}`,
  key: order,
  order,
  name,
  args,
  at: `2026-02-0${order}`,
  contractVersion: 1,
  state: "queued",
});
const refused = (one: TrackedOperation): TrackedOperation =>
  asDead({ id: one.id, operation: one, status: "rejected", error: { code: "FORBIDDEN", message: "No." } });
/** Copies: an overlay keeps its own in the operations that it is given. */
const apply = (overlay: Overlay, { changed = [], ...change }: Partial<OverlayChange>) =>
  overlay.apply({ removed: [], ...change, changed: changed.map((next) => ({ ...next })) });
const add = (order: number, id: string, text: string) => operation(order, "note.add", { id, listId: "home", text });
const edit = (order: number, id: string, text: string) => operation(order, "note.edit", { id, text });
const countOf = (operations: readonly TrackedOperation[]) => {
  const waiting = operations.filter(({ state }) => state !== "dead").sort(byOrder);
  const deadLetters = operations.length - waiting.length;
  return { pending: waiting.length, oldestPendingAt: waiting[0]?.at ?? null, deadLetters };
};
const shown = (overlay: Overlay) =>
  overlay
    .query("note", {})
    .get()
    .map(({ id, text, $state }) => [id, text, $state]);

describe("the overlay", () => {
  it("C5: runs operations over newer pulled rows again", () => {
    const { overlay } = open();
    apply(overlay, { pages: [storedPage([pulled("a", "server 1")])], changed: [edit(1, "a", "mine")] });
    apply(overlay, { pages: [storedPage([pulled("a", "server 2", 2)])] });
    expect(shown(overlay)).toEqual([["a", "mine", "pending"]]);
    apply(overlay, { removed: ["operation 1"] });
    expect(shown(overlay)).toEqual([["a", "server 2", "synced"]]);
  });

  it("C5: an operation of another tab takes its place among ours, by its order", () => {
    const { overlay } = open();
    apply(overlay, { changed: [edit(2, "a", "second")] });
    apply(overlay, { changed: [add(1, "a", "first")] });
    expect(shown(overlay)).toEqual([["a", "second", "pending"]]);
  });

  it("C6: marks what a refused operation wrote until it is gone", () => {
    const { overlay } = open();
    apply(overlay, {
      pages: [storedPage([pulled("a", "server")])],
      changed: [edit(1, "a", "mine"), edit(2, "a", "later")],
    });
    apply(overlay, { changed: [refused(edit(1, "a", "mine"))] });
    expect(shown(overlay)).toEqual([["a", "later", "rejected"]]);
    apply(overlay, { removed: ["operation 1"] });
    expect(shown(overlay)).toEqual([["a", "later", "pending"]]);
  });

  it("C7: answers the same array until a row of the query changes", () => {
    const { overlay } = open();
    apply(overlay, { pages: [storedPage([pulled("a", "one")])] });
    const live = overlay.query("note", { index: "byList", equals: ["home"] });
    const elsewhere = overlay.query("note", { index: "byList", equals: ["elsewhere"] });
    let calls = 0;
    elsewhere.subscribe(() => (calls += 1));
    const before = live.get();
    const empty = elsewhere.get();
    apply(overlay, { pages: [storedPage([pulled("a", "one", 2)])] });
    expect(live.get()).toBe(before);
    apply(overlay, { pages: [storedPage([pulled("a", "two", 3)])] });
    expect(live.get()).not.toBe(before);
    expect(elsewhere.get()).toBe(empty);
    expect(calls).toBe(0);
  });

  it("C7: a query that nobody listens to is read again after a change, and only then", () => {
    const { overlay } = open();
    let asked = 0;
    const query = overlay.query("note", { where: () => (asked += 1) > 0 });
    apply(overlay, { pages: [storedPage([pulled("a", "one")])] });
    const before = query.get();
    expect(query.get()).toBe(before);
    expect(asked).toBe(1);
    apply(overlay, { changed: [edit(1, "a", "two")] });
    expect(query.get()).toMatchObject([{ text: "two" }]);
    expect(asked).toBe(2);
  });

  it("orders, bounds and limits by the index's fields, then by id", () => {
    const { overlay } = open();
    const at = (id: string, time: string): StoredChange => ({
      ...pulled(id, id),
      value: { listId: "home", text: id, at: time },
    });
    apply(overlay, { pages: [storedPage([at("c", "3"), at("a", "1"), at("b2", "2"), at("b1", "2"), at("d", "4")])] });
    const ids = (query: Parameters<Overlay["query"]>[1]) =>
      overlay
        .query("note", query)
        .get()
        .map(({ id }) => id);
    const home = { index: "byList", equals: ["home"] };
    expect(ids(home)).toEqual(["a", "b1", "b2", "c", "d"]);
    expect(ids({ ...home, order: "desc", limit: 2 })).toEqual(["d", "c"]);
    expect(ids({ ...home, range: { gt: "1", lte: "3" } })).toEqual(["b1", "b2", "c"]);
    expect(ids({ ...home, range: { gte: "2", lt: "3" }, limit: 1 })).toEqual(["b1"]);
    expect(ids({ equals: ["c"] })).toEqual(["c"]);
    expect(ids(undefined)).toEqual(["a", "b1", "b2", "c", "d"]);
    expect(() => overlay.query("note", { index: "byNothing" })).toThrow(/no index/);
  });

  it("C7: all queries show a step before any listener hears of it", () => {
    const { overlay } = open();
    const first = overlay.query("note", {});
    const second = overlay.query("note", { index: "byList", equals: ["home"] });
    const seen: number[] = [];
    first.subscribe(() => seen.push(second.get().length));
    second.subscribe(() => seen.push(first.get().length));
    apply(overlay, { pages: [storedPage([pulled("a", "one"), pulled("bb", "two")])] });
    expect(seen).toEqual([2, 2]);
  });

  it("C7: a `where` that throws fails who reads its query, and neither the change nor another query", () => {
    const { overlay } = open();
    let isBroken = true;
    const broken = overlay.query("note", {
      where: () => {
        if (isBroken) throw new RangeError("the app's");
        return true;
      },
    });
    const sound = overlay.query("note", {});
    const heard: string[] = [];
    broken.subscribe(() => heard.push("broken"));
    sound.subscribe(() => heard.push("sound"));
    apply(overlay, { changed: [add(1, "a", "one")] });
    expect(heard).toEqual(["broken", "sound"]);
    expect(sound.get()).toHaveLength(1);
    expect(broken.get).toThrow(new RangeError("the app's"));
    isBroken = false;
    expect(broken.get()).toHaveLength(1);
    expect(broken.get()).toBe(broken.get());
    apply(overlay, { changed: [add(2, "b", "two")] });
    expect(heard).toEqual(["broken", "sound", "broken", "sound"]);
    expect(broken.get()).toHaveLength(2);
  });

  it("an optimistic function that throws is reported and shows nothing; the others go on", () => {
    const { overlay, errors } = open();
    apply(overlay, {
      changed: [
        operation(
          1,
          "note.add",
          Object.freeze({
            get id(): string {
              throw new TypeError("bug");
            },
          }),
        ),
        add(2, "a", "fine"),
      ],
    });
    expect(errors).toEqual([new TypeError("bug")]);
    expect(shown(overlay)).toEqual([["a", "fine", "pending"]]);
  });

  it("C5 I10: shows and counts after any changes, in any order, what running everything from the start would", () => {
    const id = fc.constantFrom("a", "bb", "ccc");
    const text = fc.string({ maxLength: 3 });
    const order = fc.integer({ min: 1, max: 8 });
    const change = fc.oneof(
      fc.record({ kind: fc.constant("row" as const), id, text }),
      fc.record({ kind: fc.constant("gone" as const), id }),
      fc.record({
        kind: fc.constantFrom("note.add" as const, "note.edit" as const, "note.remove" as const),
        order,
        id,
        text,
        isRejected: fc.boolean(),
        isSettled: fc.boolean(),
      }),
      fc.record({ kind: fc.constant("removed" as const), order }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const { overlay } = open();
        const live = overlay.query("note", { index: "byList", equals: ["home"] });
        live.subscribe(() => {});
        const rows = new Map<string, StoredChange>();
        const operations = new Map<number, TrackedOperation>();
        for (const next of changes) {
          if (next.kind === "row") rows.set(next.id, pulled(next.id, next.text));
          else if (next.kind === "gone") rows.set(next.id, { ...pulled(next.id, ""), value: null });
          else if (next.kind === "removed") operations.delete(next.order);
          else {
            const args = { id: next.id, text: next.text, ...(next.kind === "note.add" && { listId: "home" }) };
            // An operation never changes its arguments, only its state.
            const known = operations.get(next.order);
            const queued = asQueued(
              known?.state === "dead" ? known.letter.operation : (known ?? operation(next.order, next.kind, args)),
            );
            operations.set(next.order, next.isRejected ? refused(queued) : next.isSettled ? asSettled(queued) : queued);
          }
          if (next.kind === "removed") apply(overlay, { removed: [`operation ${next.order}`] });
          else if (next.kind === "row" || next.kind === "gone")
            apply(overlay, { pages: [storedPage([rows.get(next.id) ?? pulled(next.id, "")])] });
          else apply(overlay, { changed: [...operations.values()].filter(({ order: at }) => at === next.order) });
          expect(overlay.count()).toEqual(countOf([...operations.values()]));
        }
        const fresh = open().overlay;
        apply(fresh, {
          pages: [storedPage([...rows.values()])],
          changed: [...operations.values()].sort((left, right) => left.order - right.order),
        });
        expect(shown(overlay)).toEqual(shown(fresh));
        expect(live.get()).toEqual(fresh.query("note", { index: "byList", equals: ["home"] }).get());
      }),
      { numRuns: 500 },
    );
  });
});

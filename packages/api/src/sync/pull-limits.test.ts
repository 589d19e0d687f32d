import { describe, expect, it } from "vitest";
import * as z from "zod";
import { firstCard, openCards } from "./card-fixture.ts";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import { defineSyncContract } from "./sync-contract.ts";
import { createSyncEngine } from "./sync-engine.ts";
import { ann, deviceIdOf, signWith } from "./todo-fixture.ts";

const idsOf = ({ changes }: { readonly changes: readonly { readonly id: string }[] }) => changes.map(({ id }) => id);

describe("a window of three rows", () => {
  it("S32: brings a first pull the newest three, on however many pages", async () => {
    const { put, pull } = await openCards();
    for (const id of ["a", "b", "c", "d", "e"]) await put("annPhone", { ...firstCard, id });
    expect(idsOf(await pull("bobPhone"))).toEqual(["c", "d", "e"]);

    const first = await pull("annLaptop", null, 1);
    const second = await pull("annLaptop", first.cursor, 1);
    const third = await pull("annLaptop", second.cursor, 1);
    expect([first, second, third].flatMap(idsOf)).toEqual(["c", "d", "e"]);
    expect(third.hasMore).toBe(false);
  });

  it("S32 I8: leaves out nothing that changes after the first pull, however old the row", async () => {
    const { put, pull } = await openCards();
    for (const id of ["a", "b", "c", "d", "e"]) await put("annPhone", { ...firstCard, id });
    const { cursor } = await pull("bobPhone");
    for (const id of ["a", "b", "f", "g", "h"]) await put("annPhone", { ...firstCard, id, title: "new" });
    expect(idsOf(await pull("bobPhone", cursor))).toEqual(["a", "b", "f", "g", "h"]);
  });
});

describe("a window of one row", () => {
  it("S32: is counted in each scope apart", async () => {
    const memo = z.object({ id: z.string(), room: z.string() });
    const engine = createSyncEngine({
      contract: defineSyncContract({
        name: "memos",
        version: 1,
        entities: { memo: { schema: memo, scopeOf: ({ room }) => `room:${room}`, window: 1 } },
        operations: {},
      }),
      handlers: {},
      policy: {
        authorize: async () => ({ allowed: true }),
        readableScopes: async () => ["room:a", "room:b"].map((scope) => ({ scope, grant: 1 })),
      },
      store: createMemorySyncStore<Record<string, { readonly id: string }>>(),
      sign: signWith("key"),
      now: () => 0,
      newId: () => "unused",
    });
    await engine.transact(async ({ changes }) => {
      for (const id of ["a1", "a2", "a3", "b1", "b2"]) changes.put("memo", { id, room: id.slice(0, 1) });
    });
    expect(idsOf(await engine.pull(ann, { deviceId: deviceIdOf(1), cursor: null, limit: 10 }))).toEqual(["a3", "b2"]);
  });
});

describe("deletions", () => {
  it("S33: are told until they are pruned; a cursor from before that asks for a reset, a later one goes on", async () => {
    const { store, put, push, operationOf, pull, setTime } = await openCards();
    await put("annPhone", { ...firstCard, id: "a" });
    const old = await pull("bobPhone");
    await push("annPhone", operationOf("annPhone", "card.remove", { id: "a" }));
    expect((await pull("bobPhone", old.cursor)).changes).toMatchObject([{ id: "a", value: null }]);
    const current = await pull("bobPhone", old.cursor);

    setTime("2026-03-01T00:00:00.000Z");
    expect(await store.pruneDeletions("2026-02-01T00:00:00.000Z")).toBe(1);
    await expect(pull("bobPhone", old.cursor)).rejects.toMatchObject({
      code: "RESET_REQUIRED",
      message: expect.stringMatching(/^The cursor is too old\./),
    });
    expect((await pull("bobPhone", current.cursor)).changes).toEqual([]);
    expect((await pull("annLaptop")).changes).toEqual([]);
    await put("annPhone", { ...firstCard, id: "b" });
    expect(idsOf(await pull("bobPhone", current.cursor))).toEqual(["b"]);
  });
});

describe("contract versions", () => {
  it.each([
    [1, "CONTRACT_TOO_OLD"],
    [5, "CONTRACT_TOO_OLD"],
  ])("S15: refuses version %i of a contract that is taken from 2 to 4", async (version, code) => {
    const { engine } = await openCards();
    const contract = { name: "cards", version };
    await expect(engine.push(ann, { deviceId: deviceIdOf(1), contract, ops: [] })).rejects.toMatchObject({ code });
    await expect(engine.pull(ann, { deviceId: deviceIdOf(1), contract, cursor: null, limit: 1 })).rejects.toMatchObject(
      { code },
    );
  });

  it.each([2, 3, 4])("S15: takes version %i", async (version) => {
    const { engine } = await openCards();
    const contract = { name: "cards", version };
    expect(await engine.push(ann, { deviceId: deviceIdOf(1), contract, ops: [] })).toMatchObject({ lastSeq: 0 });
  });
});

describe("rows that change outside an operation", () => {
  it("S34 I8: enter by transact and by recordChange with the same versions", async () => {
    const { engine, store, pull } = await openCards();
    await engine.transact(async ({ tx, changes }) => {
      await tx.put("card", firstCard);
      changes.put("card", firstCard);
    });
    await store.write(async ({ tx }) => {
      await tx.put("card", { ...firstCard, title: "job" });
      await engine.recordChange(tx, (changes) => changes.put("card", { ...firstCard, title: "job" }));
    });
    expect((await pull("annPhone")).changes).toMatchObject([{ id: "c1", version: 2, value: { title: "job" } }]);
  });
});

import { describe, expect, it } from "vitest";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import { describeSyncStore } from "./sync-store-suite.ts";

describeSyncStore("the in-memory sync store", async () => {
  const store = createMemorySyncStore();
  return { store, parkedOperations: (deviceId) => store.parkedOperations(deviceId), close: async () => undefined };
});

describe("the in-memory sync store's domain rows", () => {
  interface Rows extends Record<string, { readonly id: string }> {
    readonly counter: { readonly id: string; readonly count: number };
  }

  it("lets a second locker of a row wait for the first one's commit", async () => {
    const store = createMemorySyncStore<Rows>();
    const increment = () =>
      store.write(async ({ tx }) => {
        const count = (await tx.lock("counter", "a"))?.count ?? 0;
        await tx.put("counter", { id: "a", count: count + 1 });
      });
    await Promise.all(Array.from({ length: 10 }, increment));
    expect(await store.read(({ tx }) => tx.list("counter"))).toEqual([{ id: "a", count: 10 }]);
  });

  it("forgets rows of a transaction that failed, and shows uncommitted rows to nobody else", async () => {
    const store = createMemorySyncStore<Rows>();
    await expect(
      store.write(async ({ tx }) => {
        await tx.put("counter", { id: "a", count: 1 });
        expect(await store.read((snapshot) => snapshot.tx.list("counter"))).toEqual([]);
        throw new TypeError("stop");
      }),
    ).rejects.toThrow("stop");
    expect(await store.read(({ tx }) => tx.get("counter", "a"))).toBeUndefined();
  });

  it("S36: runs one of two transactions again that wait for each other", async () => {
    const store = createMemorySyncStore<Rows>();
    const touch = (first: string, second: string) =>
      store.write(async ({ tx }) => {
        for (const id of [first, second]) {
          await tx.put("counter", { id, count: ((await tx.lock("counter", id))?.count ?? 0) + 1 });
        }
      });
    await Promise.all([touch("a", "b"), touch("b", "a"), touch("a", "b")]);
    expect((await store.read(({ tx }) => tx.list("counter"))).map(({ count }) => count)).toEqual([3, 3]);
  });

  it("runs one statement of a transaction after the other, so that two that wait at once are seen to close a circle", async () => {
    const store = createMemorySyncStore<Rows>();
    const touch = (first: string, second: string) =>
      store.write(({ tx }) => Promise.all([first, second].map((id) => tx.put("counter", { id, count: 1 }))));
    await Promise.all([touch("a", "b"), touch("b", "a"), touch("a", "b"), touch("b", "a")]);
    expect((await store.read(({ tx }) => tx.list("counter"))).map(({ id }) => id).toSorted()).toEqual(["a", "b"]);
  });

  it("starts from a backup of another store, under its own epoch, and leaves that store alone", async () => {
    const store = createMemorySyncStore<Rows>();
    await store.write(({ tx }) => tx.put("counter", { id: "a", count: 1 }));
    const backup = store.backUp();
    await store.write(({ tx }) => tx.put("counter", { id: "a", count: 2 }));
    const restored = createMemorySyncStore<Rows>({ epoch: "restored", backup });
    await restored.write(({ tx }) => tx.put("counter", { id: "b", count: 3 }));
    expect(await restored.read(async ({ tx, epoch }) => [await epoch(), await tx.list("counter")])).toEqual([
      "restored",
      [
        { id: "a", count: 1 },
        { id: "b", count: 3 },
      ],
    ]);
    expect(await store.read(({ tx }) => tx.list("counter"))).toEqual([{ id: "a", count: 2 }]);
  });

  it("refuses a statement that comes after the transaction has ended", async () => {
    const store = createMemorySyncStore<Rows>();
    const escaped = await store.write(async ({ tx }) => ({ tx }));
    await expect(escaped.tx.put("counter", { id: "a", count: 1 })).rejects.toThrow("has ended");
  });
});

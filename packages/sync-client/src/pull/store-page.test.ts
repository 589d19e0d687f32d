import type { PullOutput } from "@tidemark/api/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { readContract } from "../contract.ts";
import { SyncClientError } from "../errors.ts";
import { createOverlay } from "../overlay/overlay.ts";
import { createReplica } from "../overlay/replica.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { needDevice, openDevice } from "../storage/stored-state.ts";
import type { DeviceState, StoredChange, StoredPage, SyncStorage } from "../storage/sync-storage.ts";
import { foldPages } from "./fold-pages.ts";
import { storePage } from "./store-page.ts";

const contract = readContract(notesContract);
const put = (id: string, scope: string, text: string): StoredChange => {
  return { entity: "note", id, scope, version: 1, value: { listId: scope, text, at: "2026-01-01" } };
};
const gone = (id: string, scope: string): StoredChange => ({ entity: "note", id, scope, version: 2, value: null });

interface PulledPage extends Partial<
  Pick<StoredPage, "removedScopes" | "changes"> & Pick<PullOutput, "cursor" | "hasMore">
> {
  readonly asks?: DeviceState | undefined;
}

/** A disk that has room for one page at a time while it is full. */
function createSmallDisk() {
  const disk = createMemoryStorage(createMemoryDisk());
  const state = { isFull: false };
  const storage: SyncStorage = {
    ...disk,
    transaction: (mode, stores, work) =>
      disk.transaction(mode, stores, (transaction) => {
        let room = state.isFull ? 1 : Infinity;
        return work({
          ...transaction,
          put(store, value) {
            if ((room -= 1) < 0) throw new SyncClientError("STORAGE_FULL", "There is room for one page.");
            transaction.put(store, value);
          },
        });
      }),
  };
  return { state, storage };
}

/** A device of two tabs: one stores what is pulled, the other reads it when it is told. */
async function open(pageRoom: number, storage: SyncStorage = createMemoryStorage(createMemoryDisk())) {
  await openDevice({ storage, contract, newId: () => "phone", reportError: () => {} });
  const [leader, follower] = [createTab(), createTab()];
  let pulls = 0;
  await leader.replica.refresh();

  return {
    leader,
    follower,
    pages: () => storage.transaction("read", ["pages"], ({ list }) => list("pages")),
    asked,
    /** A page that was asked for now, unless it `asks` otherwise. */
    async pull({ asks, ...page }: PulledPage = {}) {
      pulls += 1;
      const output = { cursor: `${pulls}`, epoch: "e", changes: [], removedScopes: [], lastSeq: 0, hasMore: false };
      const deps = { storage, contract, pageRoom };
      const shown = await storePage(deps, asks ?? (await asked()), { ...output, ...page } as PullOutput);
      if (shown) leader.replica.showPull(shown);
      return shown;
    },
    /** As after a cursor that does not verify: everything is pulled again, by this device or as a new one. */
    async forgetCursor(deviceId = "phone") {
      await storage.transaction("write", ["meta"], async (transaction) => {
        const device = await needDevice(transaction);
        transaction.putDevice({ ...device, deviceId, cursor: null, stagedCursor: undefined });
      });
      await leader.replica.refresh();
    },
  };

  function asked() {
    return storage.transaction("read", ["meta"], (transaction) => needDevice(transaction));
  }

  function createTab() {
    const overlay = createOverlay({ contract, userId: "ann", reportError: (error) => expect(error).toBeUndefined() });
    const notes = overlay.query("note", {});
    return {
      replica: createReplica({ storage, overlay }),
      texts: () => notes.get().map(({ id, listId, text }) => [id, listId, text]),
    };
  }
}

const id = fc.constantFrom("a", "b", "c", "d");
const scope = fc.constantFrom("home", "work", "garden");
const change = fc.oneof(
  fc.tuple(id, scope, fc.string({ maxLength: 2 })).map(([row, place, text]) => put(row, place, text)),
  fc.tuple(id, scope).map(([row, place]) => gone(row, place)),
);
const page = fc.record({
  kind: fc.constant("page" as const),
  changes: fc.array(change, { maxLength: 4 }),
  removedScopes: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(scope, { maxLength: 2 }) },
  ),
  hasMore: fc.boolean(),
});
const step = fc.oneof(
  { weight: 8, arbitrary: page },
  { weight: 3, arbitrary: fc.constant({ kind: "told" as const }) },
  // Asked for in some position before, of this device or another.
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("late" as const), changes: fc.array(change), age: fc.nat(6) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "full" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("anew" as const), deviceId: fc.constantFrom("phone", "new") }),
  },
);

describe("the pages of a device", () => {
  it("C17, I5, I8: whoever shows them shows what was pulled, however often they were written anew in between", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 0, max: 40_000 }),
        async (steps, pageRoom) => {
          const { state, storage } = createSmallDisk();
          const device = await open(pageRoom, storage);
          const positions = [await device.asked()];
          /** All that ever came, and what of it counts. */
          const [pulled, shown]: [StoredPage[], StoredPage[]] = [[], []];
          let isAnew = true;
          for (const next of steps) {
            if (next.kind === "told") await device.follower.replica.refresh();
            else if (next.kind === "full") state.isFull = !state.isFull;
            else if (next.kind === "late") {
              const asks = positions.at(-1 - next.age) ?? positions[0];
              const isNow = JSON.stringify(asks) === JSON.stringify(await device.asked());
              if (!isNow) expect(await device.pull({ ...next, asks })).toBeUndefined();
            } else if (next.kind === "anew") {
              await device.forgetCursor(next.deviceId);
              pulled.splice(shown.length);
              isAnew = true;
            } else {
              await device.pull(next);
              pulled.push({ key: 0, isFirst: isAnew, ...next });
              isAnew = false;
              if (!next.hasMore) shown.push(...pulled.slice(shown.length));
            }
            positions.push(await device.asked());
            const expected = foldPages(shown).map((row) => [row.id, row.value?.["listId"], row.value?.["text"]]);
            expect(device.leader.texts()).toEqual(
              expected.sort(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
            );
          }
          const late = device.leader.texts();
          await device.follower.replica.refresh();
          expect(device.follower.texts()).toEqual(late);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("I7: a lost scope is not on the disk any more once its loss is shown", async () => {
    const { pull, pages, leader } = await open(2_000_000);
    await pull({ changes: [put("a", "home", "kept"), put("b", "work", "secret")] });
    await pull({ removedScopes: ["work"], hasMore: true });
    expect(JSON.stringify(await pages())).toContain("secret");
    await pull({});
    expect(JSON.stringify(await pages())).not.toContain("secret");
    expect(leader.texts()).toEqual([["a", "home", "kept"]]);
  });

  it("I7: neither is one that was lost while everything was pulled from nothing", async () => {
    const { pull, pages, leader } = await open(2_000_000);
    await pull({ changes: [put("a", "home", "kept"), put("b", "work", "secret")], hasMore: true });
    await pull({ removedScopes: ["work"] });
    expect(JSON.stringify(await pages())).not.toContain("secret");
    expect(leader.texts()).toEqual([["a", "home", "kept"]]);
  });

  it("C17: a page that was asked for before another one came is void, though that one left the cursor where it was", async () => {
    const { pull, asked, pages } = await open(2_000_000);
    await pull({ cursor: "same" });
    const asks = await asked();
    await pull({ cursor: "same" });
    const before = await pages();
    expect(await pull({ cursor: "same", asks })).toBeUndefined();
    expect(await pages()).toEqual(before);
  });

  it("C17: pulls from nothing that never end leave nothing behind", async () => {
    const { pull, pages, forgetCursor } = await open(2_000_000);
    await pull({ changes: [put("a", "home", "shown")] });
    for (let turn = 0; turn < 50; turn += 1) {
      await forgetCursor();
      await pull({ changes: [put("a", "home", `${turn}`)], hasMore: true });
      await pull({ changes: [put("b", "home", `${turn}`)], hasMore: true });
      expect(await pages()).toHaveLength(3);
    }
    await pull({});
    expect(await pages()).toHaveLength(3);
  });

  it("C17: what has been written over takes no more room than what is shown and the room that is given", async () => {
    const { pull, pages } = await open(20_000);
    await pull({});
    for (let turn = 0; turn < 200; turn += 1) {
      await pull({ changes: [put("a", "home", `${turn}`)] });
      expect((await pages()).length).toBeLessThan(8);
    }
    expect(foldPages(await pages())).toMatchObject([{ value: { text: "199" } }]);
  });

  it("C17: what counts is how much is written over, not how many rows", async () => {
    const { pull, pages } = await open(100_000);
    await pull({});
    for (let turn = 0; turn < 100; turn += 1) {
      await pull({ changes: [put("a", "home", `${turn}`.repeat(10_000))] });
      expect(JSON.stringify(await pages()).length).toBeLessThan(200_000);
    }
  });

  it("C9, I7: a full disk that has no room for all pages takes a pull as it came, and all of them once it has room", async () => {
    const { state, storage } = createSmallDisk();
    const { pull, pages, leader, follower } = await open(0, storage);
    state.isFull = true;
    await pull({ changes: [put("a", "home", "old"), put("b", "work", "secret")] });
    await pull({ changes: [put("a", "home", "new")] });
    await pull({ removedScopes: ["work"] });
    await follower.replica.refresh();
    for (const tab of [leader, follower]) expect(tab.texts()).toEqual([["a", "home", "new"]]);
    expect(JSON.stringify(await pages())).toContain("secret");
    state.isFull = false;
    await pull({});
    expect(JSON.stringify(await pages())).not.toContain("secret");
    await follower.replica.refresh();
    expect(follower.texts()).toEqual([["a", "home", "new"]]);
  });

  it("C17: many rows are written anew in pages of a thousand", async () => {
    const { pull, pages, follower } = await open(0);
    const rows = Array.from({ length: 2_500 }, (_, index) => put(`${index}`, "home", "old"));
    await pull({ changes: rows });
    await follower.replica.refresh();
    for (let turn = 0; turn < 3; turn += 1) {
      await pull({ changes: rows.map((row) => ({ ...row, version: 2 })) });
    }
    const left = await pages();
    expect(left.slice(0, 3).map(({ isFirst, changes }) => [isFirst, changes.length])).toEqual([
      [true, 1_000],
      [false, 1_000],
      [false, 500],
    ]);
    await follower.replica.refresh();
    expect(follower.texts()).toHaveLength(2_500);
  });
});

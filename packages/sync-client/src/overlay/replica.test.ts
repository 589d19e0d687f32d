import { expect, it, vi } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { storedPage } from "../../test/stored-page.ts";
import { readContract } from "../contract.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { needDevice, UNHEARD } from "../storage/stored-state.ts";
import type { SyncStorage } from "../storage/sync-storage.ts";
import { createOverlay } from "./overlay.ts";
import { createReplica } from "./replica.ts";

it("C18, I4, I5: what a tab is told of a pull is read with what it has missed of the pulls before, in one step", async () => {
  const { store, replica, steps } = open();
  await store(1);
  await replica.refresh();
  await store(2, "a");
  await store(3, "b");
  await replica.refresh();
  expect(steps).toEqual([["a", "b"]]);
});

it("C18: the next pull costs a tab no more than its own pages", async () => {
  const { store, replica, steps } = open();
  await store(1);
  await replica.refresh();
  // Nothing but a read of all pages would find it.
  await store(1, "a");
  await store(2, "b");
  await replica.refresh();
  expect(steps).toEqual([["b"]]);
});

it("C18, I5: pages of a pull that has not reached its end are not shown", async () => {
  const { store, replica, steps } = open();
  await store(1, "a");
  await store(2, "b", { shown: 1 });
  await replica.refresh();
  await store(3, "c");
  await replica.refresh();
  expect(steps).toEqual([["a"], ["a", "b", "c"]]);
});

it("C18: reads no page of a pull that has not reached its end", async () => {
  const { store, replica, read } = open();
  await store(1, "a");
  await replica.refresh();
  read.length = 0;
  for (const key of [2, 3]) await store(key, "b", { shown: 1 });
  await replica.refresh();
  expect(read).toEqual([]);
  await store(4, "c");
  await replica.refresh();
  expect(read).toEqual([2, 3, 4]);
});

it("C18, C24: finds verdicts that it was not told of, and makes no list of the queue for it", async () => {
  const { replica, storage, store } = open();
  await store(1);
  await replica.refresh();
  const operation = { name: "note.add", args: { id: "n", text: "t" }, at: "", contractVersion: 1 };
  replica.addQueued([1, 2].map((key) => ({ ...operation, id: `operation ${key}`, key, order: key })));
  const device = await storage.transaction("read", ["meta"], needDevice);
  const sort = vi.spyOn(Array.prototype, "sort");
  expect(replica.isBehind(device)).toBe(false);
  expect(replica.isBehind({ ...device, ackSeq: 1 })).toBe(true);
  expect(replica.isBehind({ ...device, pages: { shown: 2, last: 2, room: 0 } })).toBe(true);
  expect(sort).not.toHaveBeenCalled();
  sort.mockRestore();
});

it("C18: a page that begins anew takes what the pages before it brought", async () => {
  const { store, replica, steps } = open();
  await store(1, "a");
  await replica.refresh();
  await store(2, "b", { isFirst: true });
  await replica.refresh();
  expect(steps).toEqual([["a"], ["b"]]);
});

it("C18: reads that overlap show the same as one after the other", async () => {
  const { store, replica, steps } = open();
  await store(1, "a");
  await replica.refresh();
  await store(2, "b");
  const first = replica.refresh();
  await store(3, "c");
  await Promise.all([first, replica.refresh()]);
  expect(steps).toEqual([["a"], ["a", "b"], ["a", "b", "c"]]);
});

it("C18, C20: what belongs to another device is read whole, also where neither has pulled", async () => {
  const { store, replica, steps } = open();
  await store(1, "a");
  await replica.refresh();
  await store(1, "b", { deviceId: "another device" });
  await replica.refresh();
  expect(steps).toEqual([["a"], ["b"]]);
  expect(replica.device()?.deviceId).toBe("another device");
});

it("C20, I1, I4: what a tab shows is all that is left once the database was cleared", async () => {
  const { storage, store, replica, steps } = open();
  await store(1, "a");
  await replica.refresh();
  await storage.transaction("write", ["meta", "pages"], async (transaction) => {
    transaction.clear("meta");
    transaction.clear("pages");
  });
  await replica.refresh();
  await replica.refresh();
  expect(steps).toEqual([["a"]]);
  expect(replica.device()?.deviceId).toBe("device");
});

interface StoreOptions {
  readonly deviceId?: string;
  readonly isFirst?: boolean;
  readonly shown?: number;
}

function open() {
  const contract = readContract(notesContract);
  const storage = createMemoryStorage(createMemoryDisk());
  const fail = (error: unknown) => expect(error).toBeUndefined();
  const overlay = createOverlay({ contract, userId: "ann", reportError: fail });
  /** Keys of the pages that were read. */
  const read: number[] = [];
  const watched: SyncStorage = {
    ...storage,
    transaction: (mode, stores, work) =>
      storage.transaction(mode, stores, (transaction) =>
        work({
          ...transaction,
          async list(name, options) {
            const values = await transaction.list(name, options);
            for (const value of values) if ("isFirst" in value) read.push(value.key);
            return values;
          },
        }),
      ),
  };
  const replica = createReplica({ storage: watched, overlay });
  const steps: string[][] = [];
  const notes = overlay.query("note", {});
  notes.subscribe(() => steps.push(notes.get().map(({ id }) => id)));

  /** The page `key`, as another tab stores it, with a note if it has one. */
  function store(
    key: number,
    id?: string,
    { deviceId = "device", isFirst = key === 1, shown = key }: StoreOptions = {},
  ) {
    return storage.transaction("write", ["meta", "pages"], async (transaction) => {
      const pages = { shown, last: key, room: 0 };
      transaction.putDevice({ ...UNHEARD, seqBase: 0, deviceId, contractVersion: contract.version, pages });
      const value = { listId: "home", text: id, at: "2026-01-01" };
      const changes = id === undefined ? [] : [{ scope: "home", entity: "note", id, version: 1, value }];
      transaction.put("pages", storedPage(changes, { key, isFirst }));
    });
  }
  return { storage, store, replica, steps, read };
}

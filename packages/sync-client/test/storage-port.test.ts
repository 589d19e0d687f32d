import { randomUUID } from "node:crypto";
import { deleteDB } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createIndexedDbStorage } from "../src/storage/indexeddb-storage.ts";
import { createMemoryDisk, createMemoryStorage } from "../src/storage/memory-storage.ts";
import type { NewOperation, StorageTransaction, SyncStorage } from "../src/storage/sync-storage.ts";
import { storedPage } from "./stored-page.ts";

/** A place that several tabs open. */
interface Place {
  open(): SyncStorage;
  clear(): Promise<void>;
}

const kinds: readonly { readonly name: string; readonly createPlace: () => Place }[] = [
  {
    name: "IndexedDB",
    createPlace() {
      const name = randomUUID();
      return { open: () => createIndexedDbStorage({ name, contractVersion: 1 }), clear: () => deleteDB(name) };
    },
  },
  {
    name: "memory",
    createPlace() {
      const disk = createMemoryDisk();
      return { open: () => createMemoryStorage(disk), clear: async () => disk.clear() };
    },
  },
];

const operation = (id: string): NewOperation => ({ id, name: "note.add", args: { id }, at: "", contractVersion: 1 });
const page = (key: number) => storedPage([], { key });
const device = {
  deviceId: "one",
  contractVersion: 1,
  seqBase: 0,
  ackSeq: 0,
  pulledSeq: 0,
  cursor: null,
  epoch: null,
};

const append = (storage: SyncStorage, ...ids: readonly string[]) =>
  storage.transaction("durableWrite", ["outbox"], (tx) => tx.append(ids.map(operation)));
const queued = async (storage: SyncStorage) => {
  const operations = await storage.transaction("read", ["outbox"], (tx) => tx.list("outbox"));
  return operations.map(({ key, order, id }) => [key, order, id]);
};

describe.each(kinds)("the storage port on $name", ({ createPlace }) => {
  // A database's keys begin by the time that it was made at.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it("C8: gives the outbox gapless keys in the order of the calls, and each operation its order", async () => {
    const storage = createPlace().open();
    expect(await Promise.all([append(storage, "a", "b"), append(storage, "c")])).toEqual([1, 3]);
    await storage.transaction("durableWrite", ["outbox"], (tx) => tx.append([{ ...operation("moved"), order: 1 }]));
    expect(await queued(storage)).toEqual([
      [1, 1, "a"],
      [2, 2, "b"],
      [3, 3, "c"],
      [4, 1, "moved"],
    ]);
    storage.close();
  });

  it.each([1_000, 1_001])(
    "C5: lists %i values whole and in the order of their keys, deleted ones left out",
    async (count) => {
      const storage = createPlace().open();
      const ids = Array.from({ length: count + 1 }, (_, position) => String(position).padStart(4, "0"));
      await append(storage, ...ids);
      await storage.transaction("write", ["pages", "outbox"], async (tx) => {
        for (const [position] of [...ids.entries()].toReversed()) tx.put("pages", page(position + 1));
        tx.delete("outbox", 7);
        tx.delete("pages", 7);
      });
      const left = ids.filter((id) => id !== "0006");
      const [pages, operations] = await storage.transaction("read", ["pages", "outbox"], (tx) =>
        Promise.all([tx.list("pages"), tx.list("outbox")]),
      );
      expect(pages.map(({ key }) => ids[key - 1])).toEqual(left);
      expect(operations.map(({ id }) => id)).toEqual(left);
      storage.close();
    },
  );

  it("C2: undoes everything when the work throws, keys included, and throws it on as it is", async () => {
    const storage = createPlace().open();
    await append(storage, "kept");
    const failing = storage.transaction("durableWrite", ["outbox", "pages", "meta"], async (tx) => {
      await tx.append([operation("undone")]);
      tx.delete("outbox", 1);
      tx.put("pages", page(1));
      tx.putDevice(device);
      throw new RangeError("mine");
    });
    await expect(failing).rejects.toEqual(new RangeError("mine"));
    const left = await storage.transaction("read", ["pages", "meta"], async (tx) => [
      (await tx.list("pages")).length,
      await tx.get("meta", "device"),
    ]);
    expect(left).toEqual([0, undefined]);
    await append(storage, "next");
    expect(await queued(storage)).toEqual([
      [1, 1, "kept"],
      [2, 2, "next"],
    ]);
    storage.close();
  });

  it("C8: knows the key of the newest operation, and that there is none", async () => {
    const storage = createPlace().open();
    const lastKey = () => storage.transaction("read", ["outbox"], (tx) => tx.lastKey());
    expect(await lastKey()).toBeNaN();
    await append(storage, "a", "b", "c");
    expect(await lastKey()).toBe(3);
    await storage.transaction("write", ["outbox"], async (tx) => tx.trim("outbox", 3));
    expect(await lastKey()).toBeNaN();
    storage.close();
  });

  it("C8: a cleared outbox goes on behind the keys that it gave", async () => {
    const storage = createPlace().open();
    await append(storage, "a", "b");
    const key = await storage.transaction("durableWrite", ["outbox"], (tx) => {
      tx.clear("outbox");
      return tx.append([operation("c")]);
    });
    expect(key).toBe(3);
    storage.close();
  });

  it("C9: a transaction sees its own writes, and no other one sees them before it has ended", async () => {
    const place = createPlace();
    const [writer, reader] = [place.open(), place.open()];
    await append(writer, "a");
    const counts = async (tx: StorageTransaction) => [
      (await tx.list("outbox")).length,
      (await tx.list("pages")).length,
    ];
    const writing = writer.transaction("durableWrite", ["outbox", "pages"], async (tx) => {
      tx.delete("outbox", 1);
      tx.put("pages", page(1));
      return counts(tx);
    });
    const reading = reader.transaction("read", ["outbox", "pages"], counts);
    expect(await writing).toEqual([0, 1]);
    expect([
      [1, 0],
      [0, 1],
    ]).toContainEqual(await reading);
    writer.close();
    reader.close();
  });

  it("C18: transactions over one store follow each other in the order of their calls, whoever makes them", async () => {
    const place = createPlace();
    const [left, right] = [place.open(), place.open()];
    await Promise.all([append(left), append(right)]);
    const increase = (storage: SyncStorage) =>
      storage.transaction("write", ["meta"], async (tx) => {
        const { ackSeq } = (await tx.get("meta", "device")) ?? device;
        tx.putDevice({ ...device, ackSeq: ackSeq + 1 });
      });
    await Promise.all(Array.from({ length: 10 }, (_, turn) => increase(turn % 2 === 0 ? left : right)));
    const stored = await left.transaction("read", ["meta"], (tx) => tx.get("meta", "device"));
    expect(stored?.ackSeq).toBe(10);
    left.close();
    right.close();
  });

  it("C17: lists in key order, from a key on and up to a number, and removes what lies before one", async () => {
    const storage = createPlace().open();
    await append(storage, "a", "b", "c");
    const found = await storage.transaction("write", ["outbox", "pages"], async (tx) => {
      for (const key of [5, 3, 4, 2]) tx.put("pages", page(key));
      tx.trim("pages", 2);
      tx.trim("outbox", 1);
      return {
        some: (await tx.list("outbox", { from: 2, limit: 1 })).map(({ id }) => id),
        all: (await tx.list("outbox")).map(({ id }) => id),
        pages: (await tx.list("pages")).map(({ key }) => key),
        later: (await tx.list("pages", { from: 4 })).map(({ key }) => key),
        one: (await tx.get("pages", 4))?.key,
      };
    });
    expect(found).toEqual({ some: ["b"], all: ["b", "c"], pages: [3, 4, 5], later: [4, 5], one: 4 });
    storage.close();
  });

  it("C9 C26: finds nothing between two keys of which the first is the higher one", async () => {
    const storage = createPlace().open();
    await append(storage, "a", "b");
    expect(await storage.transaction("read", ["outbox"], (tx) => tx.list("outbox", { from: 2, to: 1 }))).toEqual([]);
  });

  it("C20 S43: is empty once it was cleared under open tabs, and goes on behind the keys that it gave", async () => {
    const place = createPlace();
    const storage = place.open();
    const lost = await append(storage, "lost");
    await place.clear();
    vi.setSystemTime(1);
    const key = await append(storage, "new");
    expect(key).toBeGreaterThan(lost);
    expect(await queued(storage)).toEqual([[key, key, "new"]]);
    storage.close();
  });

  it("C1: refuses stores that the transaction was not begun over, and writes in a read", async () => {
    const storage = createPlace().open();
    await expect(storage.transaction("read", ["meta"], (tx) => tx.list("pages"))).rejects.toThrow();
    const writing = storage.transaction("read", ["meta"], async (tx) => tx.putDevice(device));
    await expect(writing).rejects.toThrow();
    storage.close();
  });

  it("takes nothing once it was closed", async () => {
    const storage = createPlace().open();
    storage.close();
    await expect(append(storage, "late")).rejects.toMatchObject({ code: "STOPPED" });
  });
});

describe("a killed tab on a memory disk", () => {
  it("I1: leaves what it had committed and nothing else, and does not stand in another tab's way", async () => {
    const disk = createMemoryDisk();
    let release = (): void => {};
    const slow = (moment: "begin" | "commit") =>
      moment === "commit" ? new Promise<void>((resolve) => (release = resolve)) : undefined;
    await append(createMemoryStorage(disk), "committed");
    const [killed, other] = [createMemoryStorage(disk, { pause: slow }), createMemoryStorage(disk)];
    let isHeardOf = false;
    void append(killed, "unfinished").finally(() => (isHeardOf = true));
    const waiting = append(other, "later");
    await Promise.resolve();
    killed.kill();
    release();
    expect(await waiting).toBe(2);
    expect(await queued(other)).toEqual([
      [1, 1, "committed"],
      [2, 2, "later"],
    ]);
    expect(isHeardOf).toBe(false);
  });
});

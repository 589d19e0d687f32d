import { openDB, wrap, type IDBPDatabase } from "idb";
import { describe, expect, it } from "vitest";
import { createIndexedDbStorage } from "../src/storage/indexeddb-storage.ts";
import { databaseVersion, migrate, MIGRATIONS, type Migration } from "../src/storage/migrations.ts";
import { readState } from "../src/storage/stored-state.ts";
import { createWorld, isSynced, newId, offline } from "./harness.ts";
import { notesContract, type NotesContract } from "./notes-contract.ts";

const nextContract: NotesContract = { ...notesContract, version: 2, upgrades: { 1: (operation) => operation } };

/** Opens a database as a page does that runs this list of steps. */
const openWith = (name: string, migrations?: readonly Migration[], version = databaseVersion(1, migrations?.length)) =>
  new Promise<IDBPDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (request.transaction !== null) migrate(request.transaction, oldVersion, migrations);
    };
    request.onsuccess = () => resolve(wrap(request.result));
    request.onerror = () => reject(request.error);
  });

const STEPS: readonly Migration[] = [
  ({ db }) => void db.createObjectStore("notes", { keyPath: "id" }),
  (transaction) => void transaction.objectStore("notes").createIndex("byText", "text"),
  (transaction) => {
    const notes = transaction.objectStore("notes");
    const request = notes.getAll();
    request.onsuccess = () => {
      for (const note of request.result as { id: string; text: string }[])
        notes.put({ ...note, length: note.text.length });
    };
  },
];

describe("the layout of the database", () => {
  it.each([0, 1, 2, 3])("C21: from layout %d reaches the newest with everything that was in it", async (from) => {
    const name = newId();
    if (from > 0) {
      const old = await openWith(name, STEPS.slice(0, from));
      await old.put("notes", { id: "a", text: "four" });
      old.close();
    }
    (await openWith(name, STEPS)).close();
    const migrated = await openDB(name);
    expect(await migrated.getAllFromIndex("notes", "byText")).toMatchObject(
      from === 0 ? [] : [{ id: "a", text: "four" }],
    );
    if (from === 1 || from === 2) expect(await migrated.get("notes", "a")).toMatchObject({ length: 4 });
    migrated.close();
  });

  it("C21: a step that throws leaves the database as it was", async () => {
    const name = newId();
    const first = await openWith(name, STEPS.slice(0, 1));
    first.close();
    const broken: Migration = ({ db }) => {
      db.createObjectStore("half");
      throw new TypeError("a bug");
    };
    await expect(openWith(name, [...STEPS.slice(0, 1), broken])).rejects.toMatchObject({ name: "AbortError" });
    const database = await openDB(name);
    expect([database.version, [...database.objectStoreNames]]).toEqual([databaseVersion(1, 1), ["notes"]]);
    database.close();
  });

  it("C21: of the first release is opened with its queue, rows and device", async () => {
    const name = newId();
    const first = await openWith(name, MIGRATIONS.slice(0, 1), 1);
    // Its keys began at 1.
    const device = { deviceId: "d", contractVersion: 1, seqBase: 0, ackSeq: 1, pulledSeq: 0, cursor: "c", epoch: "e" };
    await first.put("meta", { ...device, stagedCursor: "d" }, "device");
    await first.add("outbox", { id: "waiting", key: 2 });
    await first.put("settled", { id: "applied", key: 1, order: 1 });
    const row = { entity: "note", id: "n", scope: "home", version: 3, value: { id: "n", text: "kept" } };
    await first.put("rows", row);
    await first.put("staged", { removedScopes: [], changes: [] });
    first.close();
    const storage = createIndexedDbStorage({ name, contractVersion: 1 });
    const { operations, pages } = await readState(storage);
    expect(pages.flatMap(({ changes }) => changes)).toEqual([row]);
    expect(operations).toEqual([
      { id: "applied", key: 1, order: 1, state: "settled" },
      { id: "waiting", key: 2, order: 2, state: "queued" },
    ]);
    expect(await storage.transaction("read", ["meta"], ({ get }) => get("meta", "device"))).toEqual({
      ...device,
      pages: { shown: 1, last: 1, room: 0 },
    });
    storage.close();
  });
});

describe("rows that lay one by one", () => {
  it("C21 C17: become pages of a bounded size, since a browser refuses a record above some size", async () => {
    const name = newId();
    const before = await openWith(name, MIGRATIONS.slice(0, 2));
    const device = { deviceId: "d", contractVersion: 1, seqBase: 0, ackSeq: 0, pulledSeq: 0, cursor: "c", epoch: "e" };
    await before.put("meta", device, "device");
    const transaction = before.transaction("rows", "readwrite");
    for (let index = 0; index < 2_500; index += 1) {
      const entity = index % 2 === 0 ? "note" : "list";
      void transaction.store.put({
        entity,
        id: `${index}`,
        scope: "home",
        version: index,
        value: { text: `${index}` },
      });
    }
    await transaction.done;
    before.close();
    const storage = createIndexedDbStorage({ name, contractVersion: 1 });
    const { pages, device: after } = await readState(storage);
    expect(pages.map(({ isFirst, changes }) => [isFirst, changes.length])).toEqual([
      [true, 0],
      [true, 1_000],
      [false, 1_000],
      [false, 500],
    ]);
    const versions = pages.flatMap(({ changes }) => changes.map(({ version }) => version));
    expect(new Set(versions).size).toBe(2_500);
    expect(after?.pages).toEqual({ shown: 3, last: 3, room: 0 });
    storage.close();
  });

  it("C21: leave no page where there were none, and a database without a device none", async () => {
    const name = newId();
    (await openWith(name, MIGRATIONS.slice(0, 2))).close();
    const storage = createIndexedDbStorage({ name, contractVersion: 1 });
    const state = await readState(storage);
    expect(state).toMatchObject({ device: undefined, operations: [], pages: [] });
    storage.close();
  });
});

describe("two versions of the app on one device", () => {
  it("C20: a database that a newer app has used says so, keeps its queue, and is told as an app too old", async () => {
    await using world = await createWorld();
    const newer = world.openTab({ contract: nextContract, decide: offline });
    await newer.add("kept");
    await newer.sync.stop();
    const older = world.openTab({ decide: offline });
    await expect(older.sync.opened).rejects.toMatchObject({ code: "STORAGE_NEWER" });
    await expect(older.add("lost?")).rejects.toMatchObject({ code: "STORAGE_NEWER" });
    expect(older.sync.status.get()).toMatchObject({ state: "stuck", reason: "app-too-old" });
    const again = world.openTab({ contract: nextContract, decide: offline });
    await again.sync.opened;
    expect(again.texts()).toEqual(["kept"]);
  });

  it("C20: an open older tab makes way for a newer one, and what it would write then is refused, not mixed in", async () => {
    await using world = await createWorld();
    const older = world.openTab({ decide: offline });
    await older.add("from the older");
    const newer = world.openTab({ contract: nextContract, decide: offline });
    await newer.sync.opened;
    expect(newer.texts()).toEqual(["from the older"]);
    await expect(older.add("too late")).rejects.toMatchObject({ code: "STORAGE_NEWER" });
    expect(older.sync.status.get()).toMatchObject({ state: "stuck", reason: "app-too-old" });
    await newer.add("from the newer");
    expect(newer.texts()).toEqual(["from the older", "from the newer"]);
  });

  it("C20: an older tab that does not make way blocks; once it is closed the newer one goes on by itself", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.add("kept");
    await tab.sync.stop();
    // A frozen page hears of nothing.
    const frozen = await openDB(tab.database);
    const newer = world.openTab({ contract: nextContract });
    await expect(newer.sync.opened).rejects.toMatchObject({ code: "STORAGE_BLOCKED" });
    await expect(newer.add("refused")).rejects.toMatchObject({ code: "STORAGE_BLOCKED" });
    expect(newer.sync.status.get()).toMatchObject({ state: "stuck", reason: "storage" });
    frozen.close();
    await world.until(() => newer.texts().length === 1);
    expect(newer.sync.status.get().reason).not.toBe("storage");
    await newer.add("accepted");
    expect(newer.texts()).toEqual(["kept", "accepted"]);
    expect(isSynced(newer)()).toBe(false);
  });
});

import type { PushInput } from "@tidemark/api/contracts";
import { deleteDB } from "idb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createIndexedDbStorage } from "../src/storage/indexeddb-storage.ts";
import { getDevice } from "../src/storage/stored-state.ts";
import { createWorld, isSynced, newId, offline } from "./harness.ts";
import { notesContract, type NotesContract } from "./notes-contract.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const withScopes: NotesContract = { ...notesContract, defaultScopes: () => [] };

/** Once this has read, so has everybody who was about to. */
async function readBehindOthers(name: string): Promise<void> {
  const storage = createIndexedDbStorage({ name, contractVersion: 1 });
  for (let turn = 0; turn < 3; turn += 1) await storage.transaction("read", ["meta"], getDevice);
  storage.close();
}

const refuseAdds = (name: string) =>
  vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
    throw new DOMException("no", name);
  });

describe("storage", () => {
  it("C1: a write that the quota refuses rejects, is not shown, and the status says so until one succeeds", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.sync.opened;
    refuseAdds("QuotaExceededError");
    await expect(tab.add("too much")).rejects.toMatchObject({ code: "STORAGE_FULL" });
    expect(tab.texts()).toEqual([]);
    expect(tab.sync.status.get()).toMatchObject({ state: "stuck", reason: "storage" });
    vi.restoreAllMocks();
    await tab.add("fits");
    expect(tab.sync.status.get().reason).not.toBe("storage");
    expect(tab.texts()).toEqual(["fits"]);
  });

  it("C1 C19: a refused write is no longer told once another tab has stored something, or the leader what it pulled", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab();
    await world.until(isSynced(follower));
    const refuseBoth = async (): Promise<void> => {
      refuseAdds("QuotaExceededError");
      for (const tab of [leader, follower]) {
        await expect(tab.add("too much")).rejects.toMatchObject({ code: "STORAGE_FULL" });
        expect(tab.sync.status.get().reason).toBe("storage");
      }
      vi.restoreAllMocks();
    };
    await refuseBoth();
    await leader.add("fits");
    await world.until(isSynced(follower));
    await refuseBoth();
    await world.openTab({ device: "laptop" }).add("from the laptop");
    await world.until(() => [leader, follower].every((tab) => isSynced(tab)() && tab.texts().length === 2));
  });

  it("C19: a page of the server does not end `storage` before it is stored", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await world.until(isSynced(tab));
    await world.openTab({ device: "laptop" }).add("from the laptop");
    let refused = 0;
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      refused += 1;
      throw new DOMException("no", "QuotaExceededError");
    });
    await world.until(() => tab.sync.status.get().reason === "storage");
    const reasons: string[] = [];
    tab.sync.status.subscribe(() => reasons.push(tab.sync.status.get().reason));
    const before = refused;
    // Each page is tried twice: a full disk may have room for it where it has none for all of them.
    await world.until(() => refused > before + 3);
    // Whether it says so again meanwhile hangs on who is faster.
    expect(new Set([...reasons, tab.sync.status.get().reason])).toEqual(new Set(["storage"]));
    put.mockRestore();
    await world.until(() => isSynced(tab)() && tab.texts().length === 1);
  });

  it("C9 I1: a verdict that the quota refuses to store is fetched again; nothing is lost meanwhile", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.add("bad");
    await tab.add("good");
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no", "QuotaExceededError");
    });
    tab.transport.decide = () => "none";
    await world.until(() => tab.sync.status.get().reason === "storage");
    expect(tab.sync.outbox.get()).toHaveLength(2);
    expect(tab.sync.deadLetters.get()).toEqual([]);
    vi.restoreAllMocks();
    await world.until(() => isSynced(tab)() && tab.sync.deadLetters.get().length === 1);
    expect(await world.server.texts()).toEqual(["good"]);
    expect(await world.server.effects()).toHaveLength(1);
  });

  it("C1: an aborted write rejects all calls that shared it, and the keys that it took are given back", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("before");
    const { seq = 0 } = tab.sync.outbox.get().at(-1) ?? {};
    refuseAdds("AbortError");
    const results = await Promise.allSettled([tab.add("one"), tab.add("two")]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    vi.restoreAllMocks();
    await tab.add("after");
    expect(tab.sync.outbox.get().at(-1)).toMatchObject({ seq: seq + 1 });
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["before", "after"]);
  });

  it("C20: a browser without IndexedDB is told by a typed error and the status", async () => {
    vi.stubGlobal("indexedDB", undefined);
    await using world = await createWorld();
    const tab = world.openTab();
    await expect(tab.sync.opened).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    await expect(tab.add("nowhere")).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect(tab.sync.status.get()).toMatchObject({ state: "stuck", reason: "storage" });
  });

  it("C20 S42: a database cleared under an open tab is made anew, with what the tab still knows, its former id too", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("synced");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.add("waiting");
    await world.until(() => tab.sync.status.get().state === "offline");
    await deleteDB(tab.database);
    tab.transport.decide = () => "none";
    await world.until(() => isSynced(tab)() && tab.texts().length === 2);
    expect(await world.server.texts()).toEqual(["synced", "waiting"]);
    expect(tab.rows().map(({ $state }) => $state)).toEqual(["synced", "synced"]);
    const pushes = tab.transport.calls.flatMap(({ kind, input }) => (kind === "push" ? [input as PushInput] : []));
    expect(pushes.at(-1)?.replaces).toEqual([pushes[0]?.deviceId]);
  });

  it("C20 I3: what was written after the clearing stays behind what the tab remembers, in its order", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("synced");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    for (const text of ["one", "two"]) await tab.add(text);
    await world.until(() => tab.sync.status.get().state === "offline");
    await deleteDB(tab.database);
    for (const text of ["three", "four"]) await tab.add(text);
    tab.transport.decide = () => "none";
    await world.until(() => isSynced(tab)() && tab.texts().length === 5);
    expect(await world.server.texts()).toEqual(["synced", "one", "two", "three", "four"]);
  });

  it("C20 I1: what only the leading tab remembers is stored again, though another tab has made the device anew", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("synced");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.add("remembered");
    await world.until(() => tab.sync.status.get().state === "offline");
    await deleteDB(tab.database);
    await world.openTab().sync.opened;
    tab.transport.decide = () => "none";
    await world.until(() => isSynced(tab)() && tab.texts().length === 2);
    expect(await world.server.texts()).toEqual(["synced", "remembered"]);
  });

  it("C20 I1: a leading tab whose push is under way keeps what it remembers, though a tab that made the device anew tells of it", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("synced");
    await world.until(isSynced(tab));
    const { promise: cut, resolve } = Promise.withResolvers<"lose-request">();
    const asked: string[] = [];
    tab.transport.decide = (kind) => {
      asked.push(kind);
      return cut;
    };
    await tab.add("remembered");
    await world.until(() => asked.includes("push"));
    await deleteDB(tab.database);
    const other = world.openTab({ contract: withScopes });
    await other.sync.opened;
    const told: string[] = [];
    world.browser
      .openTab()
      .channel(tab.database)
      .listen(({ type }) => told.push(type));
    other.sync.subscribe("list:home");
    await world.until(() => told.includes("changed"));
    await readBehindOthers(tab.database);
    tab.transport.decide = () => "none";
    resolve("lose-request");
    await world.until(() => isSynced(tab)() && isSynced(other)());
    expect(await world.server.texts()).toEqual(["synced", "remembered"]);
  });

  it("C2: what a transaction's work throws undoes it and is thrown on as it is", async () => {
    const storage = createIndexedDbStorage({ name: newId(), contractVersion: 1 });
    const operation = { id: "1", name: "x", args: null, at: "", contractVersion: 1 };
    let key = 0;
    const failing = storage.transaction("durableWrite", ["outbox"], async (transaction) => {
      key = await transaction.append([operation]);
      throw new RangeError("mine");
    });
    await expect(failing).rejects.toEqual(new RangeError("mine"));
    expect(await storage.transaction("read", ["outbox"], ({ list }) => list("outbox"))).toEqual([]);
    expect(await storage.transaction("durableWrite", ["outbox"], ({ append }) => append([operation]))).toBe(key);
    storage.close();
  });

  it("C2: a transaction on an open database begins in the moment of the call, and waits for no promise of the opening", async () => {
    const name = newId();
    const storage = createIndexedDbStorage({ name, contractVersion: 1 });
    await storage.transaction("read", ["meta"], getDevice);
    const begun: string[] = [];
    const begin = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...args) {
      begun.push("transaction");
      return begin.apply(this, args);
    });
    const reading = storage.transaction("read", ["meta"], getDevice);
    begun.push("returned");
    await reading;
    expect(begun).toEqual(["transaction", "returned"]);
    storage.close();
    await expect(storage.transaction("read", ["meta"], getDevice)).rejects.toMatchObject({ code: "STOPPED" });
  });
});

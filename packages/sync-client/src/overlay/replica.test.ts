import { expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { readContract } from "../contract.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { UNHEARD } from "../storage/stored-state.ts";
import { createOverlay } from "./overlay.ts";
import { createReplica } from "./replica.ts";

it("C18, I4, I5: what a tab is told of a pull is read with what it has missed of the pulls before, in one step", async () => {
  const { store, replica, steps } = open();
  await store("first");
  await replica.reload();
  await store("second", "a");
  await store("third", "b");
  await replica.refresh([{ entity: "note", id: "b" }], { since: "second", cursor: "third" });
  expect(steps).toEqual([["a", "b"]]);
});

it("C18: the next pull costs a tab no more than its own rows", async () => {
  const { store, replica, steps } = open();
  await store("first");
  await replica.reload();
  // Nothing but a read of all rows would find it.
  await store("first", "a");
  await store("second", "b");
  await replica.refresh([{ entity: "note", id: "b" }], { since: "first", cursor: "second" });
  expect(steps).toEqual([["b"]]);
});

it("C18, C20: what belongs to another device is read whole, also where neither has pulled", async () => {
  const { store, replica, steps } = open();
  await store(null);
  await replica.reload();
  await store(null, "a", "another device");
  await replica.refresh([]);
  expect(steps).toEqual([["a"]]);
  expect(replica.deviceId()).toBe("another device");
});

it("C20, I1, I4: what a tab shows is all that is left once the database was cleared", async () => {
  const { storage, store, replica, steps } = open();
  await store("first", "a");
  await replica.reload();
  await storage.transaction("write", ["meta", "rows"], async (transaction) => {
    transaction.clear("meta");
    transaction.clear("rows");
  });
  await replica.refresh([]);
  await replica.reload();
  expect(steps).toEqual([["a"]]);
  expect(replica.deviceId()).toBe("device");
});

function open() {
  const contract = readContract(notesContract);
  const storage = createMemoryStorage(createMemoryDisk());
  const fail = (error: unknown) => expect(error).toBeUndefined();
  const overlay = createOverlay({ contract, userId: "ann", reportError: fail });
  const replica = createReplica({ storage, overlay });
  const steps: string[][] = [];
  const notes = overlay.query("note", {});
  notes.subscribe(() => steps.push(notes.get().map(({ id }) => id)));

  /** The pull of `cursor`, as another tab stores it. */
  const store = (cursor: string | null, id?: string, deviceId = "device") =>
    storage.transaction("write", ["meta", "rows"], async (transaction) => {
      const { version: contractVersion } = contract;
      transaction.putDevice({ ...UNHEARD, seqBase: 0, deviceId, contractVersion, cursor });
      if (id === undefined) return;
      const value = { id, listId: "home", text: id, at: "2026-01-01" };
      transaction.put("rows", { scope: "home", entity: "note", id, version: 1, value });
    });
  return { storage, store, replica, steps };
}

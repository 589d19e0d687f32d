import { describe, expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { readContract } from "../contract.ts";
import { asDead, asQueued, asSettled, isDead, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { readState } from "../storage/stored-state.ts";
import type { StoredOperation } from "../storage/sync-storage.ts";
import { repairDevice } from "./repair.ts";

const operation = (key: number): StoredOperation => ({
  key,
  order: key,
  id: `operation ${key}`,
  name: "note.add",
  args: {},
  at: "",
  contractVersion: 1,
  base: 4,
});
const known: readonly TrackedOperation[] = [
  asQueued(operation(9)),
  asSettled(operation(7)),
  asDead({
    id: "operation 8",
    operation: operation(8),
    status: "rejected",
    error: { code: "FORBIDDEN", message: "No." },
  }),
];

function createTab() {
  const storage = createMemoryStorage(createMemoryDisk());
  let ids = 0;
  const repair = (kind: Parameters<typeof repairDevice>[1], inMemory: readonly TrackedOperation[] = []) =>
    repairDevice(
      {
        storage,
        contract: readContract(notesContract),
        newId: () => `device ${(ids += 1)}`,
        known: () => inMemory,
        knownDevice: () => undefined,
        sentBy: () => ["former"],
      },
      kind,
    );
  return { repair, read: () => readState(storage) };
}

describe("a database that was cleared under an open tab", () => {
  it("C20: gets a new device with all that the tab still knows, in its order, and without its history", async () => {
    const { repair, read } = createTab();
    await repair("reopen", known);
    const { device, operations } = await read();
    expect(device).toMatchObject({ deviceId: "device 1", replaces: ["former"], cursor: null, ackSeq: 0 });
    expect(operations.filter(({ state }) => state === "queued").map(({ id, key, base }) => [id, key, base])).toEqual([
      ["operation 7", 1, undefined],
      ["operation 9", 2, undefined],
    ]);
    expect(operations.filter(isDead).map(({ id }) => id)).toEqual(["operation 8"]);
  });

  it("C20 C5: gives no dead letter the place of an operation: numbers begin anew, letters stay in front", async () => {
    const { repair, read } = createTab();
    // The queue's numbers begin at 1 again, which is this letter's.
    const letter = asDead({
      id: "operation 1",
      operation: operation(1),
      status: "rejected",
      error: { code: "FORBIDDEN", message: "No." },
    });
    await repair("reopen", [...known, letter]);
    const { operations } = await read();
    const letterOrders = new Map(operations.filter(isDead).map(({ id, order }) => [id, order]));
    const orders = [
      letterOrders.get("operation 1"),
      letterOrders.get("operation 8"),
      ...operations.flatMap(({ state, order }) => (state === "queued" ? [order] : [])),
    ];
    expect(orders).toEqual([-2, -1, 1, 2]);
  });

  it("C20: is left as the tab made it that was first", async () => {
    const { repair, read } = createTab();
    await repair("reopen");
    const before = await read();
    expect(before.operations).toEqual([]);
    await repair("reopen", known);
    expect(await read()).toEqual(before);
  });

  it("C14: has no cursor to forget", async () => {
    const { repair, read } = createTab();
    await repair("repull");
    expect((await read()).device).toBeUndefined();
  });
});

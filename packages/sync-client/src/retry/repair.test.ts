import { describe, expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { readContract } from "../contract.ts";
import { asDead, asQueued, asSettled, isDead, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { planPush } from "../push/plan-push.ts";
import { openDevice, readState } from "../storage/stored-state.ts";
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

const reopens = { failure: { kind: "repair", repair: "reopen" } };

function createTab(knownDevice?: string) {
  const storage = createMemoryStorage(createMemoryDisk());
  let ids = 0;
  const newId = () => `device ${(ids += 1)}`;
  const contract = readContract(notesContract);
  const repair = (kind: Parameters<typeof repairDevice>[1], inMemory: readonly TrackedOperation[] = []) =>
    repairDevice(
      {
        storage,
        contract,
        newId,
        known: () => inMemory,
        knownDevice: () => knownDevice,
      },
      kind,
    );
  const openAnother = () =>
    openDevice({ storage, contract, newId, reportError: (error) => expect(error).toBeUndefined() });
  return { repair, openAnother, storage, read: () => readState(storage) };
}

describe("a database that was cleared under an open tab", () => {
  it("C20: gets a new device with all that the tab still knows, in its order, and without its history", async () => {
    const { repair, read } = createTab();
    await repair("reopen", known);
    const { device, operations } = await read();
    expect(device).toMatchObject({ deviceId: "device 1", replaces: [], cursor: null, ackSeq: 0 });
    const queued = operations.filter(({ state }) => state === "queued");
    expect(queued.map(({ id, key, base }) => [id, key - (device?.seqBase ?? 0), base])).toEqual([
      ["operation 7", 1, undefined],
      ["operation 9", 2, undefined],
    ]);
    expect(operations.filter(isDead).map(({ id }) => id)).toEqual(["operation 8"]);
  });

  it("C20 C5: gives no dead letter the place of an operation: numbers begin anew, letters stay in front", async () => {
    const { repair, read } = createTab();
    // The queue's numbers begin anew, and come to this letter's.
    const letter = asDead({
      id: "operation 2",
      operation: operation(2),
      status: "rejected",
      error: { code: "FORBIDDEN", message: "No." },
    });
    await repair("reopen", [...known, letter]);
    const { operations } = await read();
    const letterOrders = new Map(operations.filter(isDead).map(({ id, order }) => [id, order]));
    const orders = [
      letterOrders.get("operation 2"),
      letterOrders.get("operation 8"),
      ...operations.flatMap(({ state, order }) => (state === "queued" ? [order] : [])),
    ];
    expect(orders).toEqual([-2, -1, 2, 3]);
  });

  it("C20 S42 I3: names the id that only the leader before it pushed by, and the one of the tab that opened meanwhile", async () => {
    const { repair, read, openAnother } = createTab("known");
    await openAnother();
    await repair("reopen", known);
    expect((await read()).device?.replaces).toEqual(["known", "device 1"]);
  });

  it("C20 C13 S43 I2: keeps the first place of each operation, however often the device begins anew", async () => {
    const { repair, read, storage } = createTab();
    const first = { deviceId: "first", seq: 3 };
    await repair("reopen", [asQueued({ ...operation(9), origin: first }), asQueued(operation(10))]);
    const { device } = await read();
    const origins = [first, { deviceId: "device 1", seq: 2 }];
    expect((await read()).operations.map(({ origin }) => origin)).toEqual(origins);
    await repair("reset");
    const { operations, device: renewed } = await read();
    expect(renewed?.replaces).toEqual([device?.deviceId]);
    expect(operations.map(({ origin }) => origin)).toEqual(origins);
    const queue = await storage.transaction("read", ["outbox"], ({ list }) => list("outbox"));
    const plan = renewed && planPush({ contract: { name: "notes" }, device: renewed, queue, maxOperations: 9 });
    expect(plan?.input.ops.map(({ origin }) => origin)).toEqual(origins);
  });

  it("C20: is left as the tab made it that was first", async () => {
    const { repair, read } = createTab();
    await repair("reopen");
    const before = await read();
    expect(before.operations).toEqual([]);
    await repair("reopen", known);
    expect(await read()).toEqual(before);
  });

  it("C20 C13 I1: keeps what the tab still knows though the server, asked before, tells it to begin anew", async () => {
    const { repair, read } = createTab();
    await expect(repair("reset", known)).rejects.toMatchObject(reopens);
    await repair("reopen", known);
    const { operations } = await read();
    expect(operations.map(({ id, state }) => [id, state])).toEqual([
      ["operation 7", "queued"],
      ["operation 9", "queued"],
      ["operation 8", "dead"],
    ]);
  });

  it("C20 C13 I1: is taken over from the tab that opened meanwhile, whatever the server told the former device", async () => {
    const { repair, read, openAnother } = createTab("former");
    await openAnother();
    const before = await read();
    await expect(repair("reset", known)).rejects.toMatchObject(reopens);
    expect(await read()).toEqual(before);
    await repair("reopen", known);
    expect((await read()).operations.map(({ id }) => id)).toContain("operation 7");
  });

  it("C14 C20: has no cursor to forget, and is opened again", async () => {
    const { repair, read } = createTab();
    await expect(repair("repull")).rejects.toMatchObject(reopens);
    expect((await read()).device).toBeUndefined();
  });
});

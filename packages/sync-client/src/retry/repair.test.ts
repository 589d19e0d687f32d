import { describe, expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { readContract } from "../contract.ts";
import { asDead, asQueued, asSettled, byOrder, isDead, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { planPush } from "../push/plan-push.ts";
import { openDevice, readState, UNHEARD } from "../storage/stored-state.ts";
import type { DeviceState, StoredOperation } from "../storage/sync-storage.ts";
import type { Repair } from "./failure.ts";
import { repairDevice, type RepairDeps } from "./repair.ts";

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

/** Its operations are the first ones after the sixth. */
const former: DeviceState = { ...UNHEARD, deviceId: "former", contractVersion: 1, seqBase: 6 };
const contract = readContract(notesContract);

/** A tab whose database was cleared after ten operations. */
async function createTab(knownDevice?: DeviceState) {
  const disk = createMemoryDisk();
  const storage = createMemoryStorage(disk);
  await storage.transaction("write", ["outbox"], ({ append }) =>
    append(Array.from({ length: 10 }, () => operation(0))),
  );
  disk.clear();
  let ids = 0;
  const newId = () => `device ${(ids += 1)}`;
  const openAnother = () =>
    openDevice({ storage, contract, newId, reportError: (error) => expect(error).toBeUndefined() });
  const repair = createRepair({ storage, newId }, knownDevice);
  return { repair, openAnother, storage, read: () => readState(storage) };
}

function createRepair(deps: Pick<RepairDeps, "storage" | "newId">, knownDevice: DeviceState | undefined) {
  return (kind: Repair, inMemory: readonly TrackedOperation[] = []) =>
    repairDevice({ ...deps, contract, known: () => inMemory, knownDevice: () => knownDevice }, kind);
}

describe("a database that was cleared under an open tab", () => {
  it("C20: gets a new device with all that the tab still knows, in its order, and without its history", async () => {
    const { repair, read } = await createTab();
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

  it("C20 C5: gives no dead letter the place of an operation: letters stay in front", async () => {
    const { repair, read } = await createTab();
    await repair("reopen", known);
    const { operations } = await read();
    expect(operations.toSorted(byOrder).map(({ id }) => id)).toEqual(["operation 8", "operation 7", "operation 9"]);
  });

  it("C20 S42 I3: names the id that only the leader before it pushed by, and the one of the tab that opened meanwhile", async () => {
    const { repair, read, openAnother } = await createTab(former);
    await openAnother();
    await repair("reopen", known);
    expect((await read()).device?.replaces).toEqual(["former", "device 1"]);
  });

  it("C20 C13 S43 I2: keeps the first place of each operation, however often the device begins anew", async () => {
    const { repair, read } = await createTab(former);
    const first = { deviceId: "first", seq: 3 };
    await repair("reopen", [asQueued({ ...operation(9), origin: first }), asQueued(operation(10))]);
    const origins = [first, { deviceId: "former", seq: 4 }];
    expect((await read()).operations.map(({ origin }) => origin)).toEqual(origins);
  });

  it("C20 C13 S43 I1: names no place for what was queued in a database that was made since, and then its own", async () => {
    const { repair, read, storage } = await createTab(former);
    await repair("reopen", [asQueued(operation(6))]);
    expect((await read()).operations.map(({ origin }) => origin)).toEqual([undefined]);
    // Its tab reads it as the new device's.
    const next = createRepair({ storage, newId: () => "device 2" }, (await read()).device);
    await next("reset");
    const { operations, device } = await read();
    const origins = [{ deviceId: "device 1", seq: 1 }];
    expect(device?.replaces).toEqual(["device 1"]);
    expect(operations.map(({ origin }) => origin)).toEqual(origins);
    const queue = await storage.transaction("read", ["outbox"], ({ list }) => list("outbox"));
    const plan = device && planPush({ contract: { name: "notes" }, device, queue, maxOperations: 9 });
    expect(plan?.input.ops.map(({ origin }) => origin)).toEqual(origins);
  });

  it("C20: is left as the tab made it that was first", async () => {
    const { repair, read } = await createTab();
    await repair("reopen");
    const before = await read();
    expect(before.operations).toEqual([]);
    await repair("reopen", known);
    expect(await read()).toEqual(before);
  });

  it("C20 C13 I1: keeps what the tab still knows though the server, asked before, tells it to begin anew", async () => {
    const { repair, read } = await createTab();
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
    const { repair, read, openAnother } = await createTab(former);
    await openAnother();
    const before = await read();
    await expect(repair("reset", known)).rejects.toMatchObject(reopens);
    expect(await read()).toEqual(before);
    await repair("reopen", known);
    expect((await read()).operations.map(({ id }) => id)).toContain("operation 7");
  });

  it("C14 C20: has no cursor to forget, and is opened again", async () => {
    const { repair, read } = await createTab();
    await expect(repair("repull")).rejects.toMatchObject(reopens);
    expect((await read()).device).toBeUndefined();
  });
});

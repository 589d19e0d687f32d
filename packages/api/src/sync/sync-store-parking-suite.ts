import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SuiteContext } from "./sync-store-fixture.ts";
import type { ParkedOperation, ParkedPosition, SyncWriteTransaction } from "./sync-store.ts";

/** How an operator gets at parked operations: one after the other, oldest first. */
export function describeParking<Tx>({ store, newDevice, fixture }: SuiteContext<Tx>): void {
  const parked = (device: { readonly deviceId: string; readonly userId: string }, seq: number): ParkedOperation => ({
    ...device,
    operation: { id: randomUUID(), seq, name: "todo.add", args: { seq }, at: "2026-01-01T00:00:00.000Z" },
    reason: "TypeError",
  });
  const park = (...operations: readonly ParkedOperation[]) =>
    store().write((transaction) => transaction.parkOperations(operations));
  /** The other tests' operations are parked in the same store. */
  const takeAllOf = async (transaction: SyncWriteTransaction<Tx>, deviceIds: readonly string[]) => {
    const taken: (ParkedOperation & ParkedPosition)[] = [];
    let last: ParkedPosition | undefined;
    for (;;) {
      const next = await transaction.takeParked(last);
      if (next === undefined) return taken.filter(({ deviceId }) => deviceIds.includes(deviceId));
      last = next;
      taken.push(next);
    }
  };

  describe("parked operations", () => {
    it("S28: are taken oldest first, each once, whole and with their place", async () => {
      const [left, right] = [await newDevice(), await newDevice()];
      const operations = [parked(right, 1), parked(left, 7), parked(right, 2)];
      for (const operation of operations) await park(operation);
      const taken = await store().write((transaction) => takeAllOf(transaction, [left.deviceId, right.deviceId]));
      // Those of one tick of the store's clock are told apart by device and seq.
      const inOrder = operations.map((operation) => ({ ...operation, seq: operation.operation.seq }));
      expect(taken).toHaveLength(inOrder.length);
      const byPlace = (one: ParkedOperation, other: ParkedOperation) =>
        `${one.deviceId} ${one.operation.seq}`.localeCompare(`${other.deviceId} ${other.operation.seq}`);
      expect(taken.toSorted(byPlace)).toMatchObject(inOrder.toSorted(byPlace));
      const times = taken.map(({ parkedAt }) => parkedAt);
      expect(times).toEqual(times.toSorted());
    });

    it("that were parked together are told apart by device and seq", async () => {
      const [left, right] = [await newDevice(), await newDevice()];
      const operations = [parked(left, 2), parked(left, 10), parked(right, 1)];
      await park(...operations);
      const taken = await store().write((transaction) => takeAllOf(transaction, [left.deviceId, right.deviceId]));
      expect(new Set(taken.map(({ operation }) => operation.id))).toEqual(
        new Set(operations.map(({ operation }) => operation.id)),
      );
      expect(taken).toHaveLength(3);
    });

    it("S28: keep the newest reason and their place", async () => {
      const device = await newDevice();
      await park(parked(device, 1), parked(device, 2));
      await store().write(async (transaction) => {
        const [first] = await takeAllOf(transaction, [device.deviceId]);
        if (first !== undefined) await transaction.noteParked(first, "RangeError: \0 half \ud800");
      });
      const kept = await fixture().parkedOperations(device.deviceId);
      const bySeq = kept.toSorted((left, right) => left.operation.seq - right.operation.seq);
      expect(bySeq[0]?.reason).toContain("RangeError: ");
      expect(bySeq[1]?.reason).toBe("TypeError");
    });

    it("are gone once they are removed, one by one", async () => {
      const device = await newDevice();
      await park(parked(device, 1), parked(device, 2), parked(device, 3));
      await store().write(async (transaction) => {
        const [first, second] = await takeAllOf(transaction, [device.deviceId]);
        if (first !== undefined) await transaction.removeParked(first);
        expect((await transaction.takeParked(first))?.parkedAt).toBe(second?.parkedAt);
      });
      expect((await fixture().parkedOperations(device.deviceId)).map(({ operation }) => operation.seq)).toEqual([2, 3]);
    });

    it("S28: stay when the transaction that took them fails", async () => {
      const device = await newDevice();
      await park(parked(device, 1));
      const failing = store().write(async (transaction) => {
        for (const taken of await takeAllOf(transaction, [device.deviceId])) await transaction.removeParked(taken);
        throw new TypeError("stop");
      });
      await expect(failing).rejects.toThrow("stop");
      expect(await fixture().parkedOperations(device.deviceId)).toHaveLength(1);
    });

    it("end: after the last there is none", async () => {
      await park(parked(await newDevice(), 1));
      const end = { parkedAt: "9999-12-31T00:00:00.000000Z", deviceId: randomUUID(), seq: 1 };
      expect(await store().write((transaction) => transaction.takeParked(end))).toBeUndefined();
    });
  });
}

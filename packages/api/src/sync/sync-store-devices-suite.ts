import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SuiteContext } from "./sync-store-fixture.ts";

export function describeDevices<Tx>({ store, newUser, newDevice }: SuiteContext<Tx>): void {
  const readDevice = (deviceId: string) => store().read((snapshot) => snapshot.device(deviceId));
  const advance = (deviceId: string, lastSeq: number) =>
    store().write((transaction) =>
      transaction.saveVerdicts([], [{ deviceId, lastSeq, ackSeq: undefined, pending: undefined, contract: undefined }]),
    );

  describe("devices", () => {
    it("S35: names one epoch in every transaction", async () => {
      const written = await store().write((transaction) => transaction.epoch());
      expect(written).not.toBe("");
      expect(await store().write((transaction) => transaction.epoch())).toBe(written);
      expect(await store().read((snapshot) => snapshot.epoch())).toBe(written);
    });

    it("has no checkpoint for a device that it does not know", async () => {
      const deviceId = randomUUID();
      expect(await readDevice(deviceId)).toBeUndefined();
      expect((await store().write((transaction) => transaction.lockDevices([deviceId]))).size).toBe(0);
    });

    it("S11: starts a device at seq 0 with nothing confirmed", async () => {
      const { deviceId, userId } = await newDevice();
      expect(await readDevice(deviceId)).toEqual({ deviceId, userId, lastSeq: 0, ackSeq: 0, replacedBy: null });
    });

    it("S11: never changes a device's owner or progress by ensuring or creating it again", async () => {
      const { deviceId, userId } = await newDevice();
      await advance(deviceId, 7);
      const stranger = { deviceId, userId: await newUser() };
      await store().ensureDevice(stranger);
      await store().write((transaction) => transaction.createDevices([stranger]));
      expect(await readDevice(deviceId)).toEqual({ deviceId, userId, lastSeq: 7, ackSeq: 0, replacedBy: null });
    });

    it("S11: gives a device that two people create at once to one of them, and both see the same owner", async () => {
      const deviceId = randomUUID();
      const people = [await newUser(), await newUser()];
      const owners = await Promise.all(
        people.map((userId) =>
          store().write(async (transaction) => {
            await transaction.lockDevices([deviceId]);
            await transaction.createDevices([{ deviceId, userId }]);
            return (await transaction.lockDevices([deviceId])).get(deviceId)?.userId;
          }),
        ),
      );
      expect(people).toContain(owners[0]);
      expect(owners[1]).toBe(owners[0]);
    });

    it("S42: takes devices out of use, known or not, once and for ever, but nobody else's", async () => {
      const [known, other] = [await newDevice(), await newDevice()];
      const [unknown, next, later] = [randomUUID(), randomUUID(), randomUUID()];
      const retire = (replacedBy: string) =>
        store().write((transaction) =>
          transaction.retireDevices(
            [known.deviceId, unknown, other.deviceId, unknown].map((deviceId) => {
              return { deviceId, userId: known.userId, replacedBy };
            }),
          ),
        );
      await advance(known.deviceId, 3);
      await retire(next);
      await retire(later);
      await store().ensureDevice({ deviceId: unknown, userId: known.userId });
      const locked = await store().write((transaction) =>
        transaction.lockDevices([known.deviceId, unknown, other.deviceId]),
      );
      expect(locked.get(known.deviceId)).toEqual({ ...known, lastSeq: 3, ackSeq: 0, replacedBy: next });
      const { userId } = known;
      expect(locked.get(unknown)).toEqual({ deviceId: unknown, userId, lastSeq: 0, ackSeq: 0, replacedBy: next });
      expect(await readDevice(other.deviceId)).toMatchObject({ replacedBy: null });
    });

    it("locks several devices at once and answers each by its id", async () => {
      const [left, right] = [await newDevice(), await newDevice()];
      const locked = await store().write((transaction) =>
        transaction.lockDevices([right.deviceId, left.deviceId, randomUUID()]),
      );
      expect(locked.size).toBe(2);
      expect(locked.get(left.deviceId)?.userId).toBe(left.userId);
      expect(locked.get(right.deviceId)?.userId).toBe(right.userId);
    });

    it("S14 I2 I3: lets transactions that lock one device follow each other, each seeing what the last one left", async () => {
      const { deviceId } = await newDevice();
      const seen = await Promise.all(
        Array.from({ length: 12 }, () =>
          store().write(async (transaction) => {
            const lastSeq = (await transaction.lockDevices([deviceId])).get(deviceId)?.lastSeq ?? -1;
            await transaction.epoch();
            await transaction.saveVerdicts(
              [],
              [
                {
                  deviceId,
                  lastSeq: lastSeq + 1,
                  ackSeq: undefined,
                  pending: 3,
                  contract: { name: "suite", version: 1 },
                },
              ],
            );
            return lastSeq;
          }),
        ),
      );
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
      expect((await readDevice(deviceId))?.lastSeq).toBe(12);
    });

    it("I2/I3: runs statements that are issued at once in their order, each seeing what the ones before it did", async () => {
      const [deviceId, userId, operationId] = [randomUUID(), await newUser(), randomUUID()];
      const verdict = { userId, deviceId, seq: 1, operationId, text: '{"status":"applied"}', isFirst: true };
      const progress = { deviceId, lastSeq: 1, ackSeq: undefined, pending: undefined, contract: undefined };
      const seen = await store().write((transaction) =>
        Promise.all([
          transaction.createDevices([{ deviceId, userId }]),
          transaction.saveVerdicts([verdict], [progress]),
          transaction.epoch(),
          transaction.lockDevices([deviceId]),
          transaction.findVerdicts({ bySeq: [], byOperation: [{ userId, operationId }] }),
          transaction.recordChanges([]),
        ]),
      );
      expect(seen[3].get(deviceId)?.lastSeq).toBe(1);
      expect(seen[4]).toMatchObject([{ seq: 1, operationId }]);
    });

    it("S14 I2 I3: shows a transaction that waits for a device the verdicts that came while it waited", async () => {
      const { deviceId, userId } = await newDevice();
      const operationIds = Array.from({ length: 8 }, () => randomUUID());
      const found = await Promise.all(
        operationIds.map((operationId) =>
          store().write(async (transaction) => {
            const byOperation = operationIds.map((id) => ({ userId, operationId: id }));
            const [devices, verdicts] = await Promise.all([
              transaction.lockDevices([deviceId]),
              transaction.findVerdicts({ bySeq: [], byOperation }),
            ]);
            const seq = (devices.get(deviceId)?.lastSeq ?? 0) + 1;
            const verdict = { userId, deviceId, seq, operationId, text: '{"status":"applied"}', isFirst: true };
            const progress = { deviceId, lastSeq: seq, ackSeq: undefined, pending: undefined, contract: undefined };
            await transaction.saveVerdicts([verdict], [progress]);
            return verdicts.length;
          }),
        ),
      );
      expect(found.toSorted((left, right) => left - right)).toEqual(operationIds.map((_, index) => index));
    });

    it("locks in id order, so that two transactions that name the same devices otherwise do not block each other", async () => {
      const [left, right] = [await newDevice(), await newDevice()];
      const orders = [
        [left.deviceId, right.deviceId],
        [right.deviceId, left.deviceId],
      ];
      const sizes = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store().write(async (transaction) => (await transaction.lockDevices(orders[index % 2] ?? [])).size),
        ),
      );
      expect(sizes).toEqual(Array.from({ length: 8 }, () => 2));
    });
  });
}

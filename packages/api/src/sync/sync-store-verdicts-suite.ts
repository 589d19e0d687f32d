import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SuiteContext } from "./sync-store-fixture.ts";
import type { NewVerdict, StoredVerdict } from "./sync-store.ts";

export function describeVerdicts<Tx>({ fixture, store, newUser, newDevice, record }: SuiteContext<Tx>): void {
  type Device = Awaited<ReturnType<typeof newDevice>>;

  const verdict = (device: Device, seq: number, fields: Partial<NewVerdict> = {}): NewVerdict => {
    const operationId = fields.operationId ?? randomUUID();
    const text = JSON.stringify({ id: operationId, seq, status: "applied" });
    return { ...device, seq, operationId, text, isFirst: true, ...fields };
  };
  const save = (device: Device, ...verdicts: readonly NewVerdict[]) =>
    store().write((transaction) =>
      transaction.saveVerdicts(verdicts, [
        {
          deviceId: device.deviceId,
          lastSeq: Math.max(0, ...verdicts.map(({ seq }) => seq)),
          ackSeq: undefined,
          pending: undefined,
          contract: undefined,
        },
      ]),
    );
  const find = (bySeq: readonly NewVerdict[], byOperation: readonly NewVerdict[] = []) =>
    store().write((transaction) => transaction.findVerdicts({ bySeq, byOperation }));

  describe("verdicts", () => {
    it("S2 I2: finds a verdict by device and seq, its text byte for byte", async () => {
      const device = await newDevice();
      const text = ' {"z":1, "a":"\\u0000 \\ud800 é 😀 \\" \\\\", "status":"rejected" , "10":[ ],"a2":{}}\n';
      const saved = verdict(device, 1, { text });
      await save(device, saved);
      expect(await find([saved])).toEqual([stored(saved)]);
    });

    it("finds many verdicts at once, and leaves out seqs that have none", async () => {
      const device = await newDevice();
      const saved = Array.from({ length: 500 }, (_, index) => verdict(device, index + 1));
      await save(device, ...saved);
      const found = await find([...saved, verdict(device, 501)], saved);
      expect(new Set(found.map(({ seq }) => seq)).size).toBe(500);
      expect(await store().read((snapshot) => snapshot.device(device.deviceId))).toMatchObject({ lastSeq: 500 });
    });

    it("finds nothing for an empty question, and saves nothing without complaint", async () => {
      const found = await store().write(async (transaction) => {
        await transaction.saveVerdicts([], []);
        await transaction.createDevices([]);
        await transaction.parkOperations([]);
        return transaction.findVerdicts({ bySeq: [], byOperation: [] });
      });
      expect(found).toEqual([]);
    });

    it("S3 I2: finds the first verdict of a person's operation id, never that of its re-keyed copy or of another person", async () => {
      const userId = await newUser();
      const [old, renewed] = [
        { deviceId: randomUUID(), userId },
        { deviceId: randomUUID(), userId },
      ];
      await Promise.all([old, renewed].map((device) => store().ensureDevice(device)));
      const first = verdict(old, 1);
      await save(old, first);
      const copy = verdict(renewed, 1, { operationId: first.operationId, text: first.text, isFirst: false });
      await save(renewed, copy);
      const stranger = await newDevice();
      await save(stranger, verdict(stranger, 1, { operationId: first.operationId, text: '"of the stranger"' }));

      expect(await find([], [first])).toEqual([stored(first)]);
      expect(await find([copy])).toEqual([stored(copy)]);
    });

    it("S3 I2: refuses a second first verdict of one operation id and keeps nothing of that transaction", async () => {
      const device = await newDevice();
      const first = verdict(device, 1);
      await save(device, first);
      const second = verdict(device, 2, { operationId: first.operationId });
      await expect(save(device, second)).rejects.toThrow();
      expect(await find([second], [first])).toEqual([stored(first)]);
      expect(await store().read((snapshot) => snapshot.device(device.deviceId))).toMatchObject({ lastSeq: 1 });
    });

    it("S3 I2: lets one of two concurrent first verdicts of an operation id commit", async () => {
      const userId = await newUser();
      const devices = [randomUUID(), randomUUID()].map((deviceId) => ({ deviceId, userId }));
      await Promise.all(devices.map((device) => store().ensureDevice(device)));
      const operationId = randomUUID();
      const outcomes = await Promise.allSettled(
        devices.map((device) => save(device, verdict(device, 1, { operationId }))),
      );
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    });

    it("S13: forgets confirmed verdicts, by seq and by operation id, and keeps lastSeq", async () => {
      const device = await newDevice();
      const saved = [1, 2, 3].map((seq) => verdict(device, seq));
      await save(device, ...saved);
      await store().acknowledge({ deviceId: device.deviceId, ackSeq: 2 });
      expect((await find(saved, saved)).map(({ seq }) => seq)).toContain(3);
      expect((await find(saved.slice(0, 2), saved.slice(0, 2))).map(({ seq }) => seq)).toEqual([]);
      const checkpoint = await store().read((snapshot) => snapshot.device(device.deviceId));
      expect(checkpoint).toEqual({ ...device, lastSeq: 3, ackSeq: 2, replacedBy: null });
    });

    it.each([1, 2])("S13: forgets what %i devices confirm with the verdicts that a push saves", async (count) => {
      const devices = await Promise.all(Array.from({ length: count }, () => newDevice()));
      const saved = devices.map((device) => [1, 2, 3, 4].map((seq) => verdict(device, seq)));
      for (const [index, device] of devices.entries()) await save(device, ...(saved[index]?.slice(0, 3) ?? []));
      await store().write((transaction) =>
        transaction.saveVerdicts(
          saved.map((own) => own[3]).filter((own) => own !== undefined),
          devices.map(({ deviceId }, index) => {
            return { deviceId, lastSeq: 4, ackSeq: 2 + index, pending: undefined, contract: undefined };
          }),
        ),
      );
      for (const [index, device] of devices.entries()) {
        const own = saved[index] ?? [];
        const left = own.slice(2 + index).map(({ seq }) => seq);
        expect(new Set((await find(own)).map(({ seq }) => seq))).toEqual(new Set(left));
        expect(new Set((await find([], own)).map(({ seq }) => seq))).toEqual(new Set(left));
        const checkpoint = await store().read((snapshot) => snapshot.device(device.deviceId));
        expect(checkpoint).toEqual({ ...device, lastSeq: 4, ackSeq: 2 + index, replacedBy: null });
      }
    });

    it("S13: takes no confirmation back", async () => {
      const device = await newDevice();
      await save(device, ...[1, 2, 3].map((seq) => verdict(device, seq)));
      await store().acknowledge({ deviceId: device.deviceId, ackSeq: 3 });
      await store().acknowledge({ deviceId: device.deviceId, ackSeq: 1 });
      expect(await store().read((snapshot) => snapshot.device(device.deviceId))).toMatchObject({ ackSeq: 3 });
    });

    it("S13: confirms no seq that has no verdict yet", async () => {
      const device = await newDevice();
      await save(device, verdict(device, 1));
      await store().acknowledge({ deviceId: device.deviceId, ackSeq: 9 });
      expect(await store().read((snapshot) => snapshot.device(device.deviceId))).toMatchObject({ ackSeq: 1 });
    });

    it("confirms one device's verdicts without touching another's", async () => {
      const [mine, other] = [await newDevice(), await newDevice()];
      const kept = verdict(other, 1);
      await save(mine, verdict(mine, 1));
      await save(other, kept);
      await store().acknowledge({ deviceId: mine.deviceId, ackSeq: 1 });
      expect(await find([kept], [kept])).toEqual(expect.arrayContaining([stored(kept)]));
    });

    it("S7: keeps a parked operation whole, NUL and lone surrogates in its arguments included", async () => {
      const device = await newDevice();
      const args: unknown = JSON.parse('{"text":"nul \\u0000, half \\ud800","deep":[{"n":1.5},null],"z":1,"a":2}');
      const operation = { id: randomUUID(), seq: 4, name: "todo.add", args, at: "2026-01-01T00:00:00.000Z", base: 3 };
      const parked = { ...device, operation, reason: "TypeError: first line\n    at handler" };
      await store().write((transaction) => transaction.parkOperations([parked]));
      const [kept, ...more] = await fixture().parkedOperations(device.deviceId);
      expect(more).toEqual([]);
      expect(kept).toMatchObject(parked);
    });

    it("I5: keeps everything of a sealed transaction, and nothing when its last statements fail", async () => {
      const device = await newDevice();
      const scope = `suite:${randomUUID()}`;
      const write = (saved: NewVerdict) =>
        store().write(async (transaction) => {
          await transaction.lockDevices([device.deviceId]);
          const progress = { deviceId: device.deviceId, lastSeq: saved.seq, ackSeq: undefined };
          const written = Promise.all([
            transaction.saveVerdicts([saved], [{ ...progress, pending: undefined, contract: undefined }]),
            transaction.recordChanges([{ scope, entity: "todo", id: saved.operationId, value: { n: saved.seq } }]),
          ]);
          transaction.seal();
          await written;
        });
      const first = verdict(device, 1);
      await write(first);
      await expect(write(verdict(device, 2, { operationId: first.operationId }))).rejects.toThrow();
      await write(verdict(device, 2));
      await store().read(async (snapshot) => {
        expect(await snapshot.device(device.deviceId)).toMatchObject({ lastSeq: 2 });
        expect((await snapshot.scopeVersions([scope])).get(scope)?.version).toBe(2);
      });
    });

    it("S8 I5: leaves nothing behind when the work throws, and throws the very same error", async () => {
      const device = { deviceId: randomUUID(), userId: await newUser() };
      const known = await newDevice();
      const scope = `suite:${randomUUID()}`;
      const failure = new TypeError("the work failed");
      const refused = verdict(known, 1);
      const operation = { id: randomUUID(), seq: 1, name: "todo.add", args: {}, at: "2026-01-01T00:00:00.000Z" };
      const work = store().write(async (transaction) => {
        await transaction.createDevices([device]);
        await transaction.lockDevices([known.deviceId]);
        await transaction.parkOperations([{ ...known, operation, reason: "never kept" }]);
        await transaction.saveVerdicts(
          [refused],
          [{ deviceId: known.deviceId, lastSeq: 1, ackSeq: undefined, pending: undefined, contract: undefined }],
        );
        await transaction.recordChanges([{ scope, entity: "todo", id: "a", value: { id: "a" } }]);
        throw failure;
      });
      await expect(work).rejects.toBe(failure);

      expect(await find([refused], [refused])).toEqual([]);
      expect(await fixture().parkedOperations(known.deviceId)).toEqual([]);
      await store().read(async (snapshot) => {
        expect(await snapshot.device(device.deviceId)).toBeUndefined();
        expect(await snapshot.device(known.deviceId)).toMatchObject({ lastSeq: 0 });
        expect((await snapshot.scopeVersions([scope])).size).toBe(0);
      });
      const [change] = await record({ scope, entity: "todo", id: "b", value: { id: "b" } });
      expect(change?.version).toBe(1);
    });
  });
}

/** A verdict as it is found again: `isFirst` is for the store alone. */
function stored({ userId, deviceId, seq, operationId, text }: NewVerdict): StoredVerdict {
  return { userId, deviceId, seq, operationId, text };
}

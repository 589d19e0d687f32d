import { describe, expect, it } from "vitest";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import { findByOperation, planPush, refuseGap } from "./push-plan.ts";
import { add, adds, ann, deviceIdOf, operationIdOf } from "./todo-fixture.ts";

/** A device with seqs 1 to 4 settled, of which 1 and 2 are confirmed. */
async function openPlan() {
  const store = createMemorySyncStore();
  const device = { deviceId: deviceIdOf(1), userId: ann.id };
  await store.ensureDevice(device);
  await store.write((transaction) =>
    transaction.saveVerdicts(
      adds(1, 4).map(({ id, seq }) => ({
        ...device,
        seq,
        operationId: id,
        text: JSON.stringify({ id, seq, status: "applied" }),
        isFirst: true,
      })),
      [{ deviceId: device.deviceId, lastSeq: 4, ackSeq: undefined, pending: undefined, contract: undefined }],
    ),
  );
  await store.acknowledge({ deviceId: device.deviceId, ackSeq: 2 });
  return (ops: ReturnType<typeof adds>) =>
    store.write(async (transaction) => {
      const batches = [{ user: ann, checkpoint: { ...device, lastSeq: 4, ackSeq: 2, replacedBy: null }, ops }];
      const stored = await findByOperation(transaction, batches);
      const [planned] = await planPush(transaction, batches, { stored, known: new Map() });
      return planned ?? [];
    });
}

describe("planPush", () => {
  it("S2 S3 I2: sorts operations into new, replayed and re-keyed ones", async () => {
    const plan = await openPlan();
    const planned = await plan([...adds(2, 5), add(6, {}, { id: operationIdOf(3) }), add(7)]);
    expect(planned.map(({ kind }) => kind)).toEqual(["replayed", "replayed", "replayed", "new", "rekeyed", "new"]);
  });

  it("S13 I2: gives replays their stored verdict, and none where the device has confirmed it", async () => {
    const plan = await openPlan();
    expect(await plan(adds(2, 3))).toEqual([
      { kind: "replayed", operation: add(2), verdict: undefined },
      { kind: "replayed", operation: add(3), verdict: { id: operationIdOf(3), seq: 3, status: "applied" } },
    ]);
  });

  it("S1 I3: finds a gap anywhere in a push, and names the device's next seq", () => {
    expect(refuseGap(adds(3, 6), 4)).toBeUndefined();
    for (const repeated of [4, 5]) {
      const details = { expectedSeq: 5 };
      expect(refuseGap([...adds(4, 5), add(repeated), add(7)], 4)).toMatchObject({ code: "SEQUENCE_GAP", details });
    }
    expect(refuseGap([...adds(5, 6), add(8)], 4)).toMatchObject({
      code: "SEQUENCE_GAP",
      details: { expectedSeq: 5 },
      message: "The push leaves out seq 7; nothing was applied. Send again from seq 5.",
    });
  });

  it("plans nothing for no operations", async () => {
    const plan = await openPlan();
    expect(await plan([])).toEqual([]);
  });
});

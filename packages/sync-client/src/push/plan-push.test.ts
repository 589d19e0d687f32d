import { describe, expect, it } from "vitest";
import type { StoredOperation } from "../storage/sync-storage.ts";
import { planPush, type PushPlan } from "./plan-push.ts";

const device = {
  deviceId: "device",
  contractVersion: 1,
  seqBase: 10,
  ackSeq: 4,
  pulledSeq: 2,
  cursor: null,
  epoch: null,
};
const queued = (key: number, group?: string) => ({
  key,
  order: key,
  id: `operation ${key}`,
  name: "x",
  args: {},
  at: "",
  contractVersion: 1,
  ...(group !== undefined && { group }),
});
const planOf = (queue: readonly StoredOperation[], maxOperations = 500) =>
  planPush({ contract: { name: "notes" }, device, queue, maxOperations });
const plan = (keys: readonly number[], maxOperations?: number) =>
  planOf(
    keys.map((key) => queued(key)),
    maxOperations,
  )?.input;
const seqs = (planned: PushPlan | undefined) => planned?.input.ops.map(({ seq }) => seq);

describe("a push", () => {
  it("C8: counts from the device's own beginning", () => {
    expect(plan([15, 16])).toMatchObject({ ops: [{ seq: 5 }, { seq: 6 }] });
  });

  it("C8: ends at a hole in the numbers", () => {
    expect(planOf([queued(15), queued(16), queued(18)])).toMatchObject({
      input: { ops: [{ seq: 5 }, { seq: 6 }] },
      lastKey: 16,
    });
  });

  it("C8: takes one operation even where none is allowed to share it", () => {
    expect(plan([15, 16], 1)?.ops.map(({ seq }) => seq)).toEqual([5]);
  });

  it("C9: confirms what is stored and shown", () => {
    expect(plan([15])?.ackSeq).toBe(2);
  });

  it("C22: leaves a group that does not fit whole to the next push", () => {
    expect(seqs(planOf([queued(15), queued(16, "pair"), queued(17, "pair")], 2))).toEqual([5]);
    expect(seqs(planOf([queued(15), queued(16, "pair"), queued(17, "pair")], 3))).toEqual([5, 6, 7]);
  });

  it("C22: sends a group whole that is larger than a push should be", () => {
    expect(seqs(planOf([queued(15, "pair"), queued(16, "pair"), queued(17, "next")], 1))).toEqual([5, 6]);
    const large = { ...queued(15, "pair"), args: "x".repeat(700_000) };
    expect(seqs(planOf([large, { ...large, key: 16 }, { ...large, key: 17, group: "next" }]))).toEqual([5, 6]);
  });

  it("C22: neighbours with different groups, or none, are not one group", () => {
    expect(seqs(planOf([queued(15, "a"), queued(16, "b"), queued(17), queued(18)], 3))).toEqual([5, 6, 7]);
  });
});

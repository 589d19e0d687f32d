import { describe, expect, it } from "vitest";
import { planPush } from "./plan-push.ts";

const device = {
  deviceId: "device",
  contractVersion: 1,
  seqBase: 10,
  ackSeq: 4,
  pulledSeq: 2,
  cursor: null,
  epoch: null,
};
const queued = (key: number) => ({
  key,
  order: key,
  id: `operation ${key}`,
  name: "x",
  args: {},
  at: "",
  contractVersion: 1,
});
const plan = (keys: readonly number[], maxOperations = 500) =>
  planPush({ contractName: "notes", device, queue: keys.map(queued), maxOperations, queued: keys.length }).input;

describe("a push", () => {
  it("C8: counts from the device's own beginning", () => {
    expect(plan([15, 16])).toMatchObject({ ops: [{ seq: 5 }, { seq: 6 }], pending: 0 });
  });

  it("C8: ends at a hole in the numbers", () => {
    expect(plan([15, 16, 18])).toMatchObject({ ops: [{ seq: 5 }, { seq: 6 }], pending: 1 });
  });

  it("C8: takes one operation even where none is allowed to share it", () => {
    expect(plan([15, 16], 1)).toMatchObject({ ops: [{ seq: 5 }], pending: 1 });
  });

  it("C9: confirms what is stored and shown", () => {
    expect(plan([15]).ackSeq).toBe(2);
  });
});

import type { OperationResult } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import type { DeviceState, StoredOperation } from "../storage/sync-storage.ts";
import { readVerdicts } from "./read-verdicts.ts";

const device: DeviceState = {
  deviceId: "phone",
  contractVersion: 1,
  seqBase: 10,
  ackSeq: 0,
  pulledSeq: 0,
  cursor: null,
  epoch: "one",
};
const operation = (seq: number, retired?: StoredOperation["retired"]): StoredOperation => ({
  key: 10 + seq,
  order: seq,
  id: `operation ${seq}`,
  name: "note.add",
  args: {},
  at: "",
  contractVersion: 1,
  ...(retired && { retired }),
});
const result = (seq: number, rest: Partial<OperationResult>): OperationResult => ({
  seq,
  id: `operation ${seq}`,
  status: "applied",
  ...rest,
});
const read = (operations: readonly StoredOperation[], results: readonly OperationResult[], from = device) =>
  readVerdicts(from, operations, { epoch: "one", results: [...results], lastSeq: 0 });

describe("the verdicts of a push", () => {
  it("C9: are taken in order up to the first that is missing", () => {
    const settlement = read([operation(1), operation(2), operation(3)], [result(1, {}), result(3, {})]);
    expect(settlement).toMatchObject({ changed: [{ id: "operation 1", state: "settled" }], ackSeq: 1 });
  });

  it("C11: a refusal without a reason is a dead letter all the same, and a conflict stays with it", () => {
    const conflict = { fields: ["text"] } as never;
    const { changed } = read(
      [operation(1), operation(2)],
      [result(1, { status: "rejected" }), result(2, { status: "parked", conflict })],
    );
    expect(changed).toMatchObject([
      { state: "dead", letter: { error: { code: "INTERNAL" } } },
      { state: "dead", letter: { status: "parked", conflict } },
    ]);
  });

  it("C10: a duplicate has its first verdict; without one it was applied", () => {
    const first = { id: "operation 1", status: "rejected", error: { code: "FORBIDDEN", message: "No." } } as never;
    const settlement = read(
      [operation(1), operation(2)],
      [result(1, { status: "duplicate", of: first }), result(2, { status: "duplicate" } as never)],
    );
    expect(settlement).toMatchObject({
      changed: [
        { state: "dead", letter: { error: { code: "FORBIDDEN" } } },
        { id: "operation 2", state: "settled" },
      ],
      ackSeq: 2,
    });
  });

  it("C9: what a pull has shown already, or a person has given up, leaves at once", () => {
    const error = { code: "UNKNOWN_OPERATION", message: "What?" } as const;
    const settlement = read(
      [operation(1), operation(2, "discarded"), operation(3, "too-old")],
      [result(1, {}), result(2, { status: "rejected", error }), result(3, { status: "rejected", error })],
      { ...device, pulledSeq: 1 },
    );
    expect(settlement.over.map(({ id }) => id)).toEqual(["operation 1", "operation 2"]);
    expect(settlement.changed).toMatchObject([{ id: "operation 3", letter: { error: { code: "CONTRACT_TOO_OLD" } } }]);
  });

  it.each([
    ["of another operation", result(1, { id: "another's" })],
    ["that repeats another operation's", result(1, { status: "duplicate", of: { id: "another's" } as never })],
  ])("C10 C13: a verdict %s means another history", (_what, foreign) => {
    expect(() => read([operation(1)], [foreign])).toThrow(
      expect.objectContaining({ failure: { kind: "repair", repair: "reset" } }),
    );
  });
});

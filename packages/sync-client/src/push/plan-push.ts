import { byteLength, MAX_PUSH_BYTES, type PushInput, type PushOperation } from "@tidemark/api/contracts";
import { confirmedSeq } from "../storage/stored-state.ts";
import type { DeviceState, StoredOperation } from "../storage/sync-storage.ts";

/** Leaves room for the envelope and for what a proxy counts differently. */
const MAX_BATCH_BYTES = MAX_PUSH_BYTES * 0.75;

export interface PushPlan {
  /** Without `pending`: how many operations wait behind it. */
  readonly input: PushInput;
  /** Of its last operation. */
  readonly lastKey: number;
  /** The server has the verdicts of all operations up to this seq, and so has this device. */
  readonly ackSeq: number;
}

export interface PushRequest {
  readonly contract: { readonly name: string };
  readonly device: DeviceState;
  /** What waits and is not under way, in order; longer than `maxOperations` by a group, where there is so much. */
  readonly queue: readonly StoredOperation[];
  readonly maxOperations: number;
}

/**
 * The next push: as much of the queue as one request may carry. A group goes whole, however large. A hole in the numbers
 * ends it, so that a push never has a gap inside.
 */
export function planPush({ contract, device, queue, maxOperations }: PushRequest): PushPlan | undefined {
  const ops: PushOperation[] = [];
  let lastKey = 0;
  let bytes = 0;
  for (const unit of toUnits(queue)) {
    const wire = unit.map((operation) => toWire(device, operation));
    bytes += byteLength(JSON.stringify(wire));
    const isFull = bytes > MAX_BATCH_BYTES || ops.length + unit.length > maxOperations;
    if (ops.length > 0 && (isFull || unit[0]?.key !== lastKey + 1)) break;
    ops.push(...wire);
    lastKey = unit.at(-1)?.key ?? lastKey;
  }
  if (ops.length === 0) return undefined;
  const { deviceId, contractVersion, epoch, replaces, ackSeq } = device;
  const input: PushInput = {
    deviceId,
    contract: { name: contract.name, version: contractVersion },
    ackSeq: confirmedSeq(device),
    epoch: epoch ?? undefined,
    replaces: replaces && [...replaces],
    ops,
  };
  return { input, lastKey, ackSeq };
}

/** Consecutive operations of one group; most are alone. */
function toUnits(queue: readonly StoredOperation[]): readonly (readonly StoredOperation[])[] {
  const units: StoredOperation[][] = [];
  for (const operation of queue) {
    const last = units.at(-1);
    if (operation.group && last?.[0]?.group === operation.group) last.push(operation);
    else units.push([operation]);
  }
  return units;
}

/** No contract can have an operation of this name, so the server refuses it unless it has given its verdict before. */
const RETIRED = { name: "retired operation", args: null };

function toWire({ seqBase }: DeviceState, operation: StoredOperation): PushOperation {
  const { id, key, at, base, group, origin, retired } = operation;
  const { name, args } = retired ? RETIRED : operation;
  return { id, seq: key - seqBase, name, args, at, base, group, origin };
}

import { byteLength, MAX_PUSH_BYTES, type PushInput, type PushOperation } from "@tidemark/api/contracts";
import { confirmedSeq } from "../storage/stored-state.ts";
import type { DeviceState, StoredOperation } from "../storage/sync-storage.ts";

/** Leaves room for the envelope and for what a proxy counts differently. */
const MAX_BATCH_BYTES = MAX_PUSH_BYTES * 0.75;

export interface PushPlan {
  readonly input: PushInput;
  /** The stored operations of `input.ops`, in the same order. */
  readonly operations: readonly StoredOperation[];
  /** The lowest seq that was queued: the server has the verdicts of all before it, and so has this device. */
  readonly headSeq: number;
}

export interface PushRequest {
  readonly contractName: string;
  readonly device: DeviceState;
  /** What waits, in order; longer than `maxOperations` by a group, where there is so much. */
  readonly queue: readonly StoredOperation[];
  /** The outbox's first operation; those before `queue` are under way. */
  readonly head: StoredOperation;
  readonly maxOperations: number;
  /** How many operations are queued, those of this push and those under way included. */
  readonly queued: number;
}

/**
 * The next push: as much of the queue as one request may carry. A group goes whole, however large. A hole in the numbers
 * ends it, so that a push never has a gap inside.
 */
export function planPush({ contractName, device, queue, head, maxOperations, queued }: PushRequest): PushPlan {
  const operations: StoredOperation[] = [];
  const ops: PushOperation[] = [];
  let bytes = 0;
  for (const unit of toUnits(queue)) {
    const wire = unit.map((operation) => toWire(device, operation));
    bytes += byteLength(JSON.stringify(wire));
    const previous = operations.at(-1);
    const isFull = bytes > MAX_BATCH_BYTES || operations.length + unit.length > maxOperations;
    if (previous !== undefined && (isFull || unit[0]?.key !== previous.key + 1)) break;
    operations.push(...unit);
    ops.push(...wire);
  }
  const underWay = (operations[0] ?? head).key - head.key;
  const input: PushInput = {
    deviceId: device.deviceId,
    contract: { name: contractName, version: device.contractVersion },
    ackSeq: confirmedSeq(device),
    epoch: device.epoch ?? undefined,
    replaces: device.replaces && [...device.replaces],
    pending: Math.max(0, queued - underWay - ops.length),
    ops,
  };
  return { input, operations, headSeq: head.key - device.seqBase };
}

/** Consecutive operations of one group; most are alone. */
function toUnits(queue: readonly StoredOperation[]): readonly (readonly StoredOperation[])[] {
  const units: StoredOperation[][] = [];
  for (const operation of queue) {
    const last = units.at(-1);
    if (operation.group !== undefined && last?.[0]?.group === operation.group) last.push(operation);
    else units.push([operation]);
  }
  return units;
}

/** No contract can have an operation of this name, so the server refuses it unless it has given its verdict before. */
const RETIRED_NAME = "retired operation";

function toWire({ seqBase }: DeviceState, operation: StoredOperation): PushOperation {
  const { id, key, at, base, group, retired } = operation;
  const { name, args } = retired === undefined ? operation : { name: RETIRED_NAME, args: null };
  const seq = key - seqBase;
  return { id, seq, name, args, at, ...(base !== undefined && { base }), ...(group !== undefined && { group }) };
}

import { MAX_PUSH_BYTES, MAX_PUSH_OPERATIONS, type PushInput, type PushOperation } from "@tidemark/api/contracts";
import { byteLength } from "../outbox/prepare-operation.ts";
import { confirmedSeq } from "../storage/stored-state.ts";
import type { DeviceState, StoredOperation } from "../storage/sync-storage.ts";

/** Leaves room for the envelope and for what a proxy counts differently. */
const MAX_BATCH_BYTES = MAX_PUSH_BYTES * 0.75;

export interface PushPlan {
  readonly input: PushInput;
  /** The stored operations of `input.ops`, in the same order. */
  readonly operations: readonly StoredOperation[];
}

export interface PushRequest {
  readonly contractName: string;
  readonly device: DeviceState;
  /** The outbox's head, in order. */
  readonly queue: readonly StoredOperation[];
  readonly maxOperations: number;
  /** How many operations are queued, those of this push included. */
  readonly queued: number;
}

/**
 * The next push: the queue's head, as much as one request may carry. A hole in the numbers ends it, so that a push never
 * has a gap inside.
 */
export function planPush({ contractName, device, queue, maxOperations, queued }: PushRequest): PushPlan {
  const operations: StoredOperation[] = [];
  const ops: PushOperation[] = [];
  let bytes = 0;
  for (const operation of queue.slice(0, Math.min(maxOperations, MAX_PUSH_OPERATIONS))) {
    const wire = toWire(device, operation);
    bytes += byteLength(JSON.stringify(wire)) + 1;
    const previous = operations.at(-1);
    if (previous !== undefined && (bytes > MAX_BATCH_BYTES || operation.key !== previous.key + 1)) break;
    operations.push(operation);
    ops.push(wire);
  }
  const input: PushInput = {
    deviceId: device.deviceId,
    contract: { name: contractName, version: device.contractVersion },
    ackSeq: confirmedSeq(device),
    ...(device.epoch !== null && { epoch: device.epoch }),
    pending: queued - ops.length,
    ops,
  };
  return { input, operations };
}

function toWire({ seqBase }: DeviceState, { id, key, name, args, at, base }: StoredOperation): PushOperation {
  return { id, seq: key - seqBase, name, args, at, ...(base !== undefined && { base }) };
}

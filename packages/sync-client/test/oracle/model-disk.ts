import { MAX_REPLACED_DEVICES, type PullOutput } from "@tidemark/api/contracts";
import type { PulledRow, WriteRequest } from "./client-port.ts";

export interface QueuedOperation extends WriteRequest {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly group?: string;
  /** The row's version that its author saw. */
  readonly base?: number;
  /** Of the contract that it was written under. */
  readonly version: number;
}

/** Everything of a model client that survives a crash. A call that changes it is one transaction. */
export interface ModelDisk {
  deviceId: string;
  /** The ids that it had before, until the server has heard of them: a late push by one of them must not count (S42). */
  replaces: readonly string[];
  /** The next operation's. */
  nextSeq: number;
  /** Waits for verdicts, in seq order. */
  outbox: QueuedOperation[];
  /** Applied, and not shown by a pull yet. */
  settled: QueuedOperation[];
  refused: QueuedOperation[];
  /** Effects up to here are in `rows`. */
  pulledSeq: number;
  epoch: string | null;
  /** The scopes that somebody looks at beside everybody's. */
  chosen: readonly string[];
  cursor: string | null;
  rows: Map<string, PulledRow>;
  /** Pages of a pull that has not reached its end, and where it stands. */
  staged: PullOutput[];
  stagedCursor: string | null;
}

export const createModelDisk = (deviceId: string): ModelDisk => ({
  deviceId,
  replaces: [],
  nextSeq: 1,
  outbox: [],
  settled: [],
  refused: [],
  pulledSeq: 0,
  epoch: null,
  chosen: [],
  cursor: null,
  rows: new Map(),
  staged: [],
  stagedCursor: null,
});

/** Verdicts up to here are stored and shown: the server may forget them. */
export function confirmedSeq({ outbox, nextSeq, pulledSeq }: ModelDisk): number {
  return Math.min((outbox[0]?.seq ?? nextSeq) - 1, pulledSeq);
}

/** Another device id; what is not confirmed is queued again, in its order and under its own ids. */
export function takeNewDevice(disk: ModelDisk, deviceId: string): void {
  const unsettled = [...disk.settled, ...disk.outbox].sort((left, right) => left.seq - right.seq);
  disk.replaces = [...disk.replaces, disk.deviceId].slice(-MAX_REPLACED_DEVICES);
  disk.deviceId = deviceId;
  // Versions belong to the old history.
  disk.outbox = unsettled.map(({ base: _base, ...operation }, index) => ({ ...operation, seq: index + 1 }));
  disk.nextSeq = unsettled.length + 1;
  disk.settled = [];
  disk.pulledSeq = 0;
  disk.epoch = null;
  forgetCursor(disk);
}

export function forgetCursor(disk: ModelDisk): void {
  disk.cursor = null;
  disk.staged = [];
  disk.stagedCursor = null;
}

/** All pages of a pull that has reached its end: purge first, then write. */
export function showPull(disk: ModelDisk, last: PullOutput): void {
  if (disk.cursor === null) disk.rows.clear();
  for (const { removedScopes, changes } of [...disk.staged, last]) {
    const removed = new Set(removedScopes);
    if (removed.size > 0) {
      for (const [key, { scope }] of disk.rows) if (removed.has(scope)) disk.rows.delete(key);
    }
    for (const { scope, entity, id, version, value } of changes) {
      const key = `${entity}/${id}`;
      if (value === null) disk.rows.delete(key);
      else disk.rows.set(key, { scope, entity, id, version, value });
    }
  }
  disk.pulledSeq = Math.max(disk.pulledSeq, last.lastSeq);
  disk.settled = disk.settled.filter(({ seq }) => seq > disk.pulledSeq);
  disk.cursor = last.cursor;
  disk.epoch = last.epoch;
  disk.staged = [];
  disk.stagedCursor = null;
}

import type { QueuedOperation, SyncStatus, WaitReason } from "../sync.ts";

export interface StatusInput {
  readonly outbox: readonly QueuedOperation[];
  readonly deadLetters: number;
  readonly reason: WaitReason;
  readonly lastSyncedAt: string | null;
  readonly isLeader: boolean;
}

/** What is true now (I10): a dead letter does not wait, and nothing counts as synced before the server was heard. */
export function describeStatus({ outbox, deadLetters, reason, lastSyncedAt, isLeader }: StatusInput): SyncStatus {
  return {
    state: stateOf(outbox.length, reason, lastSyncedAt),
    pending: outbox.length,
    oldestPendingAt: outbox[0]?.at ?? null,
    reason,
    lastSyncedAt,
    isLeader,
    deadLetters,
  };
}

function stateOf(pending: number, reason: WaitReason, lastSyncedAt: string | null): SyncStatus["state"] {
  if (reason === "offline") return "offline";
  if (reason !== "none") return "stuck";
  return pending > 0 || lastSyncedAt === null ? "pending" : "synced";
}

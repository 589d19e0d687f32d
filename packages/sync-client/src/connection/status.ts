import type { Standing } from "../core/core.ts";
import type { QueuedOperation, StorageUse, SyncStatus, WaitReason } from "../sync.ts";

export interface StatusInput {
  readonly outbox: readonly QueuedOperation[];
  readonly deadLetters: number;
  readonly reason: WaitReason;
  readonly lastSyncedAt: string | null;
  readonly standing: Standing;
  readonly storage: StorageUse | null;
}

/** What is true now (I10): a dead letter does not wait, and nothing counts as synced before the server was heard. */
export function describeStatus(input: StatusInput): SyncStatus {
  const { outbox, standing, ...told } = input;
  return {
    ...told,
    state: stateOf(input),
    pending: outbox.length,
    oldestPendingAt: outbox[0]?.at ?? null,
    isLeader: standing === "leading",
  };
}

function stateOf({ outbox, reason, lastSyncedAt, standing }: StatusInput): SyncStatus["state"] {
  if (reason === "offline") return "offline";
  if (reason !== "none") return "stuck";
  return outbox.length > 0 || lastSyncedAt === null || standing === "leaderless" ? "pending" : "synced";
}

import { readSyncDepth, type DatabaseHandle } from "@tidemark/db";
import type { Metrics } from "../../observability/metrics.ts";

/** Fills `sync_queue_depth` from the database: every node tells the same, whichever node a device talks to. */
export async function sampleQueueDepth(db: DatabaseHandle, metrics: Metrics): Promise<void> {
  const { onDevices, parked } = await readSyncDepth(db);
  metrics.syncQueueDepth.set({ kind: "client" }, onDevices);
  metrics.syncQueueDepth.set({ kind: "parked" }, parked);
  // No feature enqueues follow-up jobs yet.
  metrics.syncQueueDepth.set({ kind: "jobs" }, 0);
}

import type { DatabaseHandle } from "@tidemark/db";
import { sql } from "drizzle-orm";
import type { Metrics } from "../../observability/metrics.ts";

/** Fills `sync_queue_depth` from the database: every node tells the same, whichever node a device talks to. */
export async function sampleQueueDepth(db: DatabaseHandle, metrics: Metrics): Promise<void> {
  const [devices] = await db
    .select({ pending: sql<number>`coalesce(sum(pending), 0)::float8` })
    .from(sql`sync_devices`)
    .where(sql`last_seen_at > now() - interval '5 minutes'`);
  const [parked] = await db.select({ count: sql<number>`count(*)::float8` }).from(sql`sync_parked_operations`);
  metrics.syncQueueDepth.set({ kind: "client" }, devices?.pending ?? 0);
  metrics.syncQueueDepth.set({ kind: "parked" }, parked?.count ?? 0);
  // No feature enqueues follow-up jobs yet.
  metrics.syncQueueDepth.set({ kind: "jobs" }, 0);
}

import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";

export interface SyncDepth {
  /** Operations that devices seen in the last five minutes say are still queued there. */
  readonly onDevices: number;
  /** Operations parked here. */
  readonly parked: number;
}

/** How many operations wait for their verdict. */
export async function readSyncDepth(db: DatabaseHandle): Promise<SyncDepth> {
  const [depth] = await selectRows<{ onDevices: number; parked: number }>(
    db,
    sql`
      select
        (select coalesce(sum(pending), 0)::float8 from sync_devices where last_seen_at > now() - interval '5 minutes')
          as "onDevices",
        (select count(*)::float8 from sync_parked_operations) as parked`,
  );
  return depth ?? { onDevices: 0, parked: 0 };
}

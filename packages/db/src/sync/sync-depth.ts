import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";

export interface SyncDepth {
  /** Operations that devices seen in the last five minutes say are still queued there. */
  readonly onDevices: number;
  /** Operations parked here. */
  readonly parked: number;
}

/** What a device says of itself is believed so far: one that tells of billions must not drown what all others say. */
const MOST_OF_ONE_DEVICE = 100_000;

/** How many operations wait for their verdict. */
export async function readSyncDepth(db: DatabaseHandle): Promise<SyncDepth> {
  const [depth] = await selectRows<{ onDevices: number; parked: number }>(
    db,
    sql`
      select
        (select coalesce(sum(least(pending, ${MOST_OF_ONE_DEVICE})), 0)::float8 from sync_devices where last_seen_at > now() - interval '5 minutes')
          as "onDevices",
        (select count(*)::float8 from sync_parked_operations) as parked`,
  );
  return depth ?? { onDevices: 0, parked: 0 };
}

import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../src/index.ts";
import { selectRows } from "../src/engine/raw-rows.ts";

/** Resolves once as many statements of this database wait for a lock; on Postgres only. */
export async function waitForLock(db: DatabaseHandle, waiters = 1): Promise<void> {
  for (;;) {
    const waiting = await selectRows(
      db,
      sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length >= waiters) return;
  }
}

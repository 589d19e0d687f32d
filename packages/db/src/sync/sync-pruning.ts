import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";

/** Deletions forgotten by one statement: its scopes are locked for some ten milliseconds, no longer. */
const BATCH = 500;

/** See `SyncStore.pruneDeletions`. */
export async function pruneDeletions(db: DatabaseHandle, before: string): Promise<number> {
  for (let pruned = 0; ;) {
    const batch = await pruneBatch(db, before);
    pruned += batch;
    // A short batch is the last one, or somebody holds one of its rows: those wait for the next time.
    if (batch < BATCH) return pruned;
  }
}

/**
 * Scopes first and in order, as those who record changes take them; then rows, of which one that a transaction holds is
 * passed over, since that transaction will want the scope. A row that came to life meanwhile has another version and stays.
 */
async function pruneBatch(db: DatabaseHandle, before: string): Promise<number> {
  const [batch] = await selectRows<{ pruned: number }>(
    db,
    sql`
      with expired as materialized (
        select scope, entity, entity_id, version
        from sync_changes
        where value is null and changed_at < ${before}::timestamptz
        order by changed_at
        limit ${BATCH}::bigint
      ), held as materialized (
        select scope from sync_scopes where scope in (select scope from expired) order by scope for update
      ), prunable as materialized (
        select sync_changes.scope, sync_changes.entity, sync_changes.entity_id, sync_changes.version
        from held
        join expired on expired.scope = held.scope
        join sync_changes on sync_changes.entity = expired.entity
          and sync_changes.entity_id = expired.entity_id
          and sync_changes.scope = expired.scope
          and sync_changes.version = expired.version
        for update of sync_changes skip locked
      ), pruned as (
        delete from sync_changes using prunable
        where sync_changes.entity = prunable.entity
          and sync_changes.entity_id = prunable.entity_id
          and sync_changes.scope = prunable.scope
        returning sync_changes.scope, sync_changes.version
      ), raised as (
        update sync_scopes set pruned_until = greatest(pruned_until, newest.version)
        from (select scope, max(version) as version from pruned group by scope) as newest
        where sync_scopes.scope = newest.scope
      )
      select count(*) as pruned from pruned`,
  );
  return batch?.pruned ?? 0;
}

import type {
  DeviceCheckpoint,
  ScopePosition,
  SyncChange,
  SyncReadTransaction,
  WindowQuery,
} from "@tidemark/api/server";
import { eq, sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { readEpoch } from "./sync-epoch.ts";
import { syncDevices } from "./sync-tables.ts";

export const checkpointColumns = {
  deviceId: syncDevices.deviceId,
  userId: syncDevices.userId,
  lastSeq: syncDevices.lastSeq,
  ackSeq: syncDevices.ackSeq,
  replacedBy: syncDevices.replacedBy,
};

/** Lists travel as one JSON parameter: the statement's text stays the same, and is prepared once, for any length. */
export const jsonList = (items: readonly unknown[]) => sql`${JSON.stringify(items)}::text::json`;

/** What a pull reads, in the snapshot of its transaction. */
export function createSyncReads(tx: DatabaseHandle): SyncReadTransaction<DatabaseHandle> {
  return {
    tx,
    epoch: () => readEpoch(tx),
    device: async (deviceId): Promise<DeviceCheckpoint | undefined> => {
      const [device] = await tx.select(checkpointColumns).from(syncDevices).where(eq(syncDevices.deviceId, deviceId));
      return device;
    },
    scopeVersions: async (scopes) => {
      const rows = await selectRows<{ scope: string; version: number; prunedUntil: number }>(
        tx,
        sql`
          select scope, version, pruned_until as "prunedUntil" from sync_scopes
          where scope in (select json_array_elements_text(${jsonList(scopes)}))`,
      );
      return new Map(rows.map(({ scope, ...versions }) => [scope, versions]));
    },
    windowStarts: (queries) => selectWindowStarts(tx, queries),
    changesAfter: (positions, limit) => selectChangesAfter(tx, positions, limit),
  };
}

/**
 * Per scope the index gives the changes in version order, and the scopes come in the order they were asked for: the
 * statement stops reading at `limit` rows, however many scopes are behind.
 */
async function selectChangesAfter(
  tx: DatabaseHandle,
  positions: readonly ScopePosition[],
  limit: number,
): Promise<SyncChange[]> {
  return selectRows<SyncChange>(
    tx,
    sql`
      select change.scope, change.entity, change.entity_id as id, change.version, change.value
      from rows from (
        json_to_recordset(${jsonList(positions)}) as (scope text, "after" bigint, "skipDeletionsUntil" bigint, "leaveOutUntil" json)
      ) with ordinality as position (scope, after_version, skip_deletions_until, leave_out_until, place)
      cross join lateral (
        select scope, entity, entity_id, version, value
        from sync_changes
        where sync_changes.scope = position.scope
          and version > position.after_version
          and (value is not null or version > position.skip_deletions_until)
          and version > coalesce((position.leave_out_until ->> entity)::bigint, 0)
        order by version
        limit ${limit}::bigint
      ) as change
      order by position.place, change.version
      limit ${limit}::bigint`,
  );
}

/** The version before the oldest row inside each window is that of the newest outside: the index counts back to it. */
async function selectWindowStarts(tx: DatabaseHandle, queries: readonly WindowQuery[]): Promise<number[]> {
  if (queries.length === 0) return [];
  const starts = await selectRows<{ start: number }>(
    tx,
    sql`
      select coalesce(outside.version, 0) as start
      from rows from (
        json_to_recordset(${jsonList(queries)}) as (scope text, entity text, rows bigint, "upTo" bigint)
      ) with ordinality as query (scope, entity, size, up_to, place)
      left join lateral (
        select version
        from sync_changes
        where sync_changes.scope = query.scope
          and sync_changes.entity = query.entity
          and version <= query.up_to
          and value is not null
        order by version desc
        offset query.size limit 1
      ) as outside on true
      order by query.place`,
  );
  return starts.map(({ start }) => start);
}

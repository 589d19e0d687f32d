import type { DeviceCheckpoint, ScopePosition, SyncChange, SyncReadTransaction } from "@tidemark/api/server";
import { eq, sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { syncDevices, syncEpoch } from "./sync-tables.ts";

export const checkpointColumns = {
  deviceId: syncDevices.deviceId,
  userId: syncDevices.userId,
  lastSeq: syncDevices.lastSeq,
  ackSeq: syncDevices.ackSeq,
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
      const rows = await selectRows<{ scope: string; version: number }>(
        tx,
        sql`select scope, version from sync_scopes where scope in (select json_array_elements_text(${jsonList(scopes)}))`,
      );
      return new Map(rows.map(({ scope, version }) => [scope, version]));
    },
    changesAfter: (positions, limit) => selectChangesAfter(tx, positions, limit),
  };
}

export async function readEpoch(tx: DatabaseHandle): Promise<string> {
  const [row] = await tx.select({ epoch: syncEpoch.epoch }).from(syncEpoch);
  if (row === undefined) throw new TypeError("The database has no epoch: run migrateDatabase before the first use.");
  return row.epoch;
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
        json_to_recordset(${jsonList(positions)}) as (scope text, "after" bigint, "skipDeletionsUntil" bigint)
      ) with ordinality as position (scope, after_version, skip_deletions_until, place)
      cross join lateral (
        select scope, entity, entity_id, version, value
        from sync_changes
        where sync_changes.scope = position.scope
          and version > position.after_version
          and (value is not null or version > position.skip_deletions_until)
        order by version
        limit ${limit}::bigint
      ) as change
      order by position.place, change.version
      limit ${limit}::bigint`,
  );
}

import type {
  DeviceProgress,
  NewVerdict,
  ParkedOperation,
  RowChange,
  StoredVerdict,
  SyncChange,
  SyncWriteTransaction,
} from "@tidemark/api/server";
import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { checkpointColumns, jsonList, readEpoch } from "./sync-reads.ts";
import { syncDevices } from "./sync-tables.ts";

type SyncWrites = SyncWriteTransaction<DatabaseHandle>;

/** What a push writes, in its transaction. */
export function createSyncWrites(tx: DatabaseHandle): SyncWrites {
  return {
    tx,
    epoch: () => readEpoch(tx),
    lockDevices: async (deviceIds) => {
      const rows = await tx
        .select(checkpointColumns)
        .from(syncDevices)
        .where(sql`${syncDevices.deviceId} in (select json_array_elements_text(${jsonList(deviceIds)}))`)
        .orderBy(syncDevices.deviceId)
        .for("update", { of: syncDevices });
      return new Map(rows.map((row) => [row.deviceId, row]));
    },
    createDevices: (devices) => insertDevices(tx, devices),
    findVerdicts: (query) => selectVerdicts(tx, query),
    parkOperations: (operations) => insertParkedOperations(tx, operations),
    saveVerdicts: (verdicts, devices) => writeVerdicts(tx, verdicts, devices),
    recordChanges: (changes) => writeChanges(tx, changes),
  };
}

/** Sorted, so that two transactions that make the same devices wait for each other in one order. */
export async function insertDevices(
  db: DatabaseHandle,
  devices: Parameters<SyncWrites["createDevices"]>[0],
): Promise<void> {
  await db.execute(sql`
    insert into sync_devices (device_id, user_id)
    select "deviceId", "userId" from json_to_recordset(${jsonList(devices)}) as device ("deviceId" text, "userId" text)
    order by "deviceId" collate "C"
    on conflict (device_id) do nothing`);
}

async function selectVerdicts(
  tx: DatabaseHandle,
  { bySeq, byOperation }: Parameters<SyncWrites["findVerdicts"]>[0],
): Promise<StoredVerdict[]> {
  if (bySeq.length === 0 && byOperation.length === 0) return [];
  return selectRows<StoredVerdict & Record<string, unknown>>(
    tx,
    sql`
      select user_id as "userId", device_id as "deviceId", stored.seq, operation_id as "operationId", verdict as text
      from json_to_recordset(${jsonList(bySeq)}) as wanted ("deviceId" text, seq bigint)
      join sync_verdicts as stored on stored.device_id = wanted."deviceId" and stored.seq = wanted.seq
      union
      select user_id, device_id, seq, operation_id, verdict
      from json_to_recordset(${jsonList(byOperation)}) as wanted ("userId" text, "operationId" text)
      join sync_verdicts on user_id = wanted."userId" and operation_id = wanted."operationId" and is_first`,
  );
}

async function insertParkedOperations(tx: DatabaseHandle, operations: readonly ParkedOperation[]): Promise<void> {
  const rows = operations.map(({ userId, deviceId, operation, reason }) => ({
    userId,
    deviceId,
    seq: operation.seq,
    operationId: operation.id,
    operation: JSON.stringify(operation),
    reason: reason.replaceAll("\0", "\uFFFD").toWellFormed(),
  }));
  await tx.execute(sql`
    insert into sync_parked_operations (device_id, seq, user_id, operation_id, operation, reason)
    select "deviceId", seq, "userId", "operationId", operation, reason
    from json_to_recordset(${jsonList(rows)})
      as parked ("deviceId" text, seq bigint, "userId" text, "operationId" text, operation text, reason text)`);
}

async function writeVerdicts(
  tx: DatabaseHandle,
  verdicts: readonly NewVerdict[],
  devices: readonly DeviceProgress[],
): Promise<void> {
  const progress = devices.map(({ deviceId, lastSeq, pending, contract }) => ({
    deviceId,
    lastSeq,
    pending,
    ...contract,
  }));
  await tx.execute(sql`
    with progressed as (
      update sync_devices set
        last_seq = progress."lastSeq",
        pending = coalesce(progress.pending, sync_devices.pending),
        contract_name = coalesce(progress.name, contract_name),
        contract_version = coalesce(progress.version, contract_version),
        last_seen_at = now()
      from json_to_recordset(${jsonList(progress)})
        as progress ("deviceId" text, "lastSeq" bigint, pending bigint, name text, version bigint)
      where device_id = progress."deviceId"
    )
    insert into sync_verdicts (device_id, seq, user_id, operation_id, verdict, is_first)
    select "deviceId", seq, "userId", "operationId", text, "isFirst"
    from json_to_recordset(${jsonList(verdicts)})
      as verdict ("deviceId" text, seq bigint, "userId" text, "operationId" text, text text, "isFirst" boolean)`);
}

/** See `SyncWriteTransaction.recordChanges`: one statement, so that the scopes' locks live as short as can be. */
async function writeChanges(tx: DatabaseHandle, changes: readonly RowChange[]): Promise<SyncChange[]> {
  if (changes.length === 0) return [];
  const latest = keepLatest(changes);
  const places = placeInScope(latest);
  // The value travels as text in the text: parsed with the list, an escaped NUL in it would be refused.
  const rows = latest.map(({ scope, entity, id, value }, index) => {
    return { scope, entity, id, value: value && JSON.stringify(value), place: places[index] };
  });
  const taken = await selectRows<{ scope: string; before: number }>(
    tx,
    sql`
      with change as materialized (
        select * from json_to_recordset(${jsonList(rows)})
          as change (scope text, entity text, id text, value text, place bigint)
      ), touched as (
        select scope collate "C" as scope, count(*) as changes from change group by 1
      ), taken as (
        insert into sync_scopes (scope, version)
        select scope, changes from touched order by scope
        on conflict (scope) do update set version = sync_scopes.version + excluded.version
        returning scope, version
      ), starting as (
        select taken.scope, taken.version - touched.changes as before from taken join touched using (scope)
      ), written as (
        insert into sync_changes (scope, entity, entity_id, version, value)
        select change.scope, entity, id, starting.before + place, value::json
        from change join starting on starting.scope = change.scope
        on conflict (scope, entity, entity_id) do update
          set version = excluded.version, value = excluded.value, changed_at = excluded.changed_at
      )
      select scope, before from starting`,
  );
  const before = new Map(taken.map((row) => [row.scope, row.before]));
  return latest.map(({ scope, entity, id, value }, index) => {
    const version = (before.get(scope) ?? 0) + (places[index] ?? 0);
    return { scope, entity, id, version, value: value === null ? null : { ...value } };
  });
}

/** Several changes of one row collapse into the last, at the last one's place. */
function keepLatest(changes: readonly RowChange[]): RowChange[] {
  const latest = new Map<string, RowChange>();
  for (const change of changes) {
    const key = JSON.stringify([change.scope, change.entity, change.id]);
    latest.delete(key);
    latest.set(key, change);
  }
  return [...latest.values()];
}

/** Each change's place among those of its scope, from 1. */
function placeInScope(changes: readonly RowChange[]): number[] {
  const counts = new Map<string, number>();
  return changes.map(({ scope }) => {
    const place = (counts.get(scope) ?? 0) + 1;
    counts.set(scope, place);
    return place;
  });
}

import type { DeviceProgress, NewVerdict, StoredVerdict, SyncWriteTransaction } from "@tidemark/api/server";
import type { DatabaseHandle } from "../engine/database.ts";
import { runStatement } from "../engine/raw-rows.ts";

/** One look-up a row by its key, whatever the statistics say of a table that may have been empty when it was planned. */
const FIND_BY_SEQ = `
  select found.*
  from json_to_recordset($1::text::json) as wanted ("deviceId" text, seq bigint)
  cross join lateral (
    select user_id as "userId", device_id as "deviceId", seq, operation_id as "operationId", verdict as text
    from sync_verdicts
    where device_id = wanted."deviceId" and seq = wanted.seq
    limit 1
  ) as found`;

const FIND_BY_OPERATION = `
  select found.*
  from json_to_recordset($1::text::json) as wanted ("userId" text, "operationId" text)
  cross join lateral (
    select user_id as "userId", device_id as "deviceId", seq, operation_id as "operationId", verdict as text
    from sync_verdicts
    where user_id = wanted."userId" and operation_id = wanted."operationId" and is_first
    limit 1
  ) as found`;

const SAVE_VERDICTS = `
  with progressed as (
    update sync_devices set
      last_seq = progress."lastSeq",
      pending = coalesce(progress.pending, sync_devices.pending),
      contract_name = coalesce(progress.name, contract_name),
      contract_version = coalesce(progress.version, contract_version),
      last_seen_at = now()
    from json_to_recordset($1::text::json)
      as progress ("deviceId" text, "lastSeq" bigint, pending bigint, name text, version bigint)
    where device_id = progress."deviceId" and "lastSeq" = abs("lastSeq")
  )
  insert into sync_verdicts (device_id, seq, user_id, operation_id, verdict, is_first)
  select "deviceId", seq, "userId", "operationId", text, "isFirst"
  from json_to_recordset($2::text::json)
    as verdict ("deviceId" text, seq bigint, "userId" text, "operationId" text, text text, "isFirst" boolean)`;

type VerdictQuery = Parameters<SyncWriteTransaction<DatabaseHandle>["findVerdicts"]>[0];

/** See `SyncWriteTransaction.findVerdicts`; a verdict that is wanted both ways is answered once. */
export async function selectVerdicts(
  tx: DatabaseHandle,
  { bySeq, byOperation }: VerdictQuery,
): Promise<StoredVerdict[]> {
  const find = (text: string, wanted: readonly unknown[]) =>
    wanted.length === 0
      ? []
      : runStatement<StoredVerdict & Record<string, unknown>>(tx, text, [JSON.stringify(wanted)]);
  const found = (await Promise.all([find(FIND_BY_SEQ, bySeq), find(FIND_BY_OPERATION, byOperation)])).flat();
  return [...new Map(found.map((verdict) => [`${verdict.deviceId} ${verdict.seq}`, verdict])).values()];
}

export async function writeVerdicts(
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
  await runStatement(tx, SAVE_VERDICTS, [JSON.stringify(progress), JSON.stringify(verdicts)]);
}

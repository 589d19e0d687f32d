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

/** A push of one operation, the most frequent one by far: a list of one as JSON would cost it half as much again. */
const FIND_ONE_BY_OPERATION = `
  select user_id as "userId", device_id as "deviceId", seq, operation_id as "operationId", verdict as text
  from sync_verdicts
  where user_id = $1 and operation_id = $2 and is_first
  limit 1`;

const SAVE_ONE_VERDICT = `
  with progressed as (
    update sync_devices set
      last_seq = $2,
      ack_seq = greatest(ack_seq, $3),
      pending = coalesce($4, pending),
      contract_name = coalesce($5, contract_name),
      contract_version = coalesce($6, contract_version),
      last_seen_at = now()
    where device_id = $1
  )
  insert into sync_verdicts (device_id, seq, user_id, operation_id, verdict, is_first)
  values ($1, $7, $8, $9, $10, $11)`;

/** Of the condition that is always true, see `SAVE_VERDICTS`. */
const FORGET_VERDICTS = `
  delete from sync_verdicts
  using json_to_recordset($1::text::json) as confirmed ("deviceId" text, "ackSeq" bigint)
  where device_id = confirmed."deviceId" and seq <= confirmed."ackSeq" and "ackSeq" = abs("ackSeq")`;

const SAVE_VERDICTS = `
  with progressed as (
    update sync_devices set
      last_seq = progress."lastSeq",
      ack_seq = greatest(ack_seq, progress."ackSeq"),
      pending = coalesce(progress.pending, sync_devices.pending),
      contract_name = coalesce(progress.name, contract_name),
      contract_version = coalesce(progress.version, contract_version),
      last_seen_at = now()
    from json_to_recordset($1::text::json)
      as progress ("deviceId" text, "lastSeq" bigint, "ackSeq" bigint, pending bigint, name text, version bigint)
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
  const [only] = byOperation;
  if (only !== undefined && byOperation.length === 1 && bySeq.length === 0) {
    return runStatement<StoredVerdict & Record<string, unknown>>(tx, FIND_ONE_BY_OPERATION, [
      only.userId,
      only.operationId,
    ]);
  }
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
  const confirmed = devices
    .filter(({ ackSeq = 0 }) => ackSeq > 0)
    .map(({ deviceId, ackSeq }) => ({ deviceId, ackSeq }));
  await Promise.all([
    confirmed.length > 0 && runStatement(tx, FORGET_VERDICTS, [JSON.stringify(confirmed)]),
    saveVerdicts(tx, verdicts, devices),
  ]);
}

function saveVerdicts(tx: DatabaseHandle, verdicts: readonly NewVerdict[], devices: readonly DeviceProgress[]) {
  const [verdict, ...others] = verdicts;
  const [device] = devices;
  if (verdict !== undefined && device?.deviceId === verdict.deviceId && others.length + devices.length === 1) {
    return saveOneVerdict(tx, verdict, device);
  }
  const progress = devices.map(({ contract, ...rest }) => ({ ...rest, ...contract }));
  return runStatement(tx, SAVE_VERDICTS, [JSON.stringify(progress), JSON.stringify(verdicts)]);
}

function saveOneVerdict(tx: DatabaseHandle, verdict: NewVerdict, device: DeviceProgress) {
  const { deviceId, lastSeq, ackSeq, pending, contract } = device;
  const { seq, userId, operationId, text, isFirst } = verdict;
  const progress = [
    deviceId,
    lastSeq,
    ackSeq ?? null,
    pending ?? null,
    contract?.name ?? null,
    contract?.version ?? null,
  ];
  return runStatement(tx, SAVE_ONE_VERDICT, [...progress, seq, userId, operationId, text, isFirst]);
}

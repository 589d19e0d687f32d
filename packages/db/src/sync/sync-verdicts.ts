import type { DeviceProgress, NewVerdict, StoredVerdict, SyncWriteTransaction } from "@tidemark/api/server";
import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { jsonList } from "./sync-reads.ts";

type VerdictQuery = Parameters<SyncWriteTransaction<DatabaseHandle>["findVerdicts"]>[0];

export async function selectVerdicts(
  tx: DatabaseHandle,
  { bySeq, byOperation }: VerdictQuery,
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

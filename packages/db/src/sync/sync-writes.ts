import type { DeviceCheckpoint, SyncWriteTransaction } from "@tidemark/api/server";
import type { DatabaseHandle, TransactionEnd } from "../engine/database.ts";
import { runStatement } from "../engine/raw-rows.ts";
import { lockIndexedRows, writeChanges } from "./sync-changes.ts";
import { readEpoch } from "./sync-epoch.ts";
import {
  deleteParkedOperation,
  insertParkedOperations,
  takeParkedOperation,
  updateParkedReason,
} from "./sync-parking.ts";
import { selectVerdicts, writeVerdicts } from "./sync-verdicts.ts";

type SyncWrites = SyncWriteTransaction<DatabaseHandle>;

/** Row by row in the order of the list: one look-up each, whatever the statistics say of the table. */
const LOCK_DEVICES = `
  select device.*
  from (
    select distinct value collate "C" as device_id from json_array_elements_text($1::text::json) order by 1
  ) as wanted
  cross join lateral (
    select device_id as "deviceId", user_id as "userId", last_seq as "lastSeq", ack_seq as "ackSeq",
    replaced_by as "replacedBy"
    from sync_devices
    where device_id = wanted.device_id
    for update
  ) as device`;

const LOCK_DEVICE = `
  select device_id as "deviceId", user_id as "userId", last_seq as "lastSeq", ack_seq as "ackSeq",
    replaced_by as "replacedBy"
  from sync_devices
  where device_id = $1
  for update`;

/** What a push writes, in its transaction. */
export function createSyncWrites(tx: DatabaseHandle, end: TransactionEnd): SyncWrites {
  return {
    tx,
    epoch: () => readEpoch(tx),
    lockDevices: async (deviceIds) => {
      const [only] = deviceIds;
      const [text, param] =
        only !== undefined && deviceIds.length === 1 ? [LOCK_DEVICE, only] : [LOCK_DEVICES, JSON.stringify(deviceIds)];
      const rows = await runStatement<DeviceCheckpoint & Record<string, unknown>>(tx, text, [param]);
      return new Map(rows.map((row) => [row.deviceId, row]));
    },
    createDevices: (devices) => insertDevices(tx, devices),
    retireDevices: async (devices) => {
      await runStatement(tx, RETIRE_DEVICES, [JSON.stringify(devices)]);
    },
    findVerdicts: (query) => selectVerdicts(tx, query),
    lockRows: (rows) => lockIndexedRows(tx, rows),
    takeParked: (after) => takeParkedOperation(tx, after),
    noteParked: (position, reason) => updateParkedReason(tx, position, reason),
    removeParked: (position) => deleteParkedOperation(tx, position),
    parkOperations: (operations) => insertParkedOperations(tx, operations),
    saveVerdicts: (verdicts, devices) => writeVerdicts(tx, verdicts, devices),
    recordChanges: (changes) => writeChanges(tx, changes),
    seal: () => end.commit(),
  };
}

/** Sorted, so that two transactions that make the same devices wait for each other in one order. */
const INSERT_DEVICES = `
  insert into sync_devices (device_id, user_id)
  select "deviceId", "userId" from json_to_recordset($1::text::json) as device ("deviceId" text, "userId" text)
  order by "deviceId" collate "C"
  on conflict (device_id) do nothing`;

export async function insertDevices(
  db: DatabaseHandle,
  devices: Parameters<SyncWrites["createDevices"]>[0],
): Promise<void> {
  await runStatement(db, INSERT_DEVICES, [JSON.stringify(devices)]);
}

const RETIRE_DEVICES = `
  insert into sync_devices (device_id, user_id, replaced_by)
  select distinct on (1) "deviceId" collate "C", "userId", "replacedBy"
  from json_to_recordset($1::text::json) as device ("deviceId" text, "userId" text, "replacedBy" text)
  order by 1
  on conflict (device_id) do update set replaced_by = excluded.replaced_by
  where sync_devices.user_id = excluded.user_id and sync_devices.replaced_by is null`;

import type { ParkedOperation, ParkedPosition, PushOperation } from "@tidemark/api/server";
import { and, asc, eq, sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { jsonList } from "./sync-reads.ts";
import { syncParkedOperations } from "./sync-tables.ts";

const parked = syncParkedOperations;

export async function insertParkedOperations(
  tx: DatabaseHandle,
  operations: readonly ParkedOperation[],
): Promise<void> {
  const rows = operations.map(({ userId, deviceId, operation, reason }) => ({
    userId,
    deviceId,
    seq: operation.seq,
    operationId: operation.id,
    operation: JSON.stringify(operation),
    reason: toStorableText(reason),
  }));
  await selectRows(
    tx,
    sql`
      insert into sync_parked_operations (device_id, seq, user_id, operation_id, operation, reason)
      select "deviceId", seq, "userId", "operationId", operation, reason
      from json_to_recordset(${jsonList(rows)})
        as parked ("deviceId" text, seq bigint, "userId" text, "operationId" text, operation text, reason text)`,
  );
}

/** See `SyncWriteTransaction.takeParked`. */
export async function takeParkedOperation(
  tx: DatabaseHandle,
  after: ParkedPosition | undefined,
): Promise<(ParkedOperation & ParkedPosition) | undefined> {
  const [row] = await tx
    .select()
    .from(parked)
    .where(
      after &&
        sql`(${parked.parkedAt}, ${parked.deviceId}, ${parked.seq}) >
          (${after.parkedAt}::timestamptz, ${after.deviceId}, ${after.seq}::bigint)`,
    )
    .orderBy(asc(parked.parkedAt), asc(parked.deviceId), asc(parked.seq))
    .limit(1)
    .for("update", { skipLocked: true })
    .execute();
  // Only `insertParkedOperations` writes the text.
  return row && { ...row, operation: JSON.parse(row.operation) as PushOperation };
}

export async function updateParkedReason(tx: DatabaseHandle, position: ParkedPosition, reason: string): Promise<void> {
  await tx
    .update(parked)
    .set({ reason: toStorableText(reason) })
    .where(and(eq(parked.deviceId, position.deviceId), eq(parked.seq, position.seq)))
    .execute();
}

/** A column takes neither NUL nor half of a surrogate pair. */
const toStorableText = (text: string) => text.replaceAll("\0", "\uFFFD").toWellFormed();

export async function deleteParkedOperation(tx: DatabaseHandle, position: ParkedPosition): Promise<void> {
  await tx
    .delete(parked)
    .where(and(eq(parked.deviceId, position.deviceId), eq(parked.seq, position.seq)))
    .execute();
}

import postgres, { type Sql, type TransactionSql } from "postgres";
import { POOL_SIZE, TRANSACTION_SIZE, type Operation, type System, type Writer } from "./system.ts";

/**
 * What a person would write by hand for the same rows, locks and guarantees: one transaction a push, every statement
 * prepared, no engine, no policy rules, no schema. The operations of a batch go to the wire back to back.
 */
export function createBareSystem(url: string): System {
  const sql = connectBare(url);
  return {
    name: "bare",
    push: async (writer, operations) => {
      for (let start = 0; start < operations.length; start += TRANSACTION_SIZE) {
        const together = operations.slice(start, start + TRANSACTION_SIZE);
        await sql.begin((tx) => pushTogether(tx, writer, together));
        writer.nextSeq += together.length;
      }
    },
    close: () => sql.end(),
  };
}

export function connectBare(url: string): Sql {
  return postgres(url, { max: POOL_SIZE, onnotice: () => undefined, connection: { TimeZone: "UTC" } });
}

async function pushTogether(tx: TransactionSql, writer: Writer, operations: readonly Operation[]): Promise<void> {
  const { deviceId, userId, nextSeq } = writer;
  const [history] = await tx`select epoch from sync_epoch`;
  let [device] = await lockDevice(tx, deviceId);
  if (device === undefined) {
    await tx`insert into sync_devices (device_id, user_id) values (${deviceId}, ${userId}) on conflict do nothing`;
    [device] = await lockDevice(tx, deviceId);
  }
  if (history === undefined || device?.["lastSeq"] !== String(nextSeq - 1))
    throw new Error("Another push came between.");
  const operationIds = operations.map(({ id }) => id);
  const known = await tx`
    select verdict from sync_verdicts
    where user_id = ${userId} and operation_id = any(${operationIds}) and is_first`;
  if (known.length > 0) throw new Error("An operation id was used twice.");
  for (const lessonId of new Set(operations.map((operation) => operation.lessonId))) {
    const [membership] = await tx`
      select role, grant_number from participants where lesson_id = ${lessonId} and user_id = ${userId} for key share`;
    if (membership?.["role"] !== "participant") throw new Error("The writer is not in the lesson.");
  }
  const inserted = await Promise.all(operations.map((operation) => insertMessage(tx, writer, operation)));
  const verdicts = operations.map(({ id }, index) => {
    return { seq: nextSeq + index, id, text: JSON.stringify({ id, seq: nextSeq + index, status: "applied" }) };
  });
  await tx`
    with progressed as (
      update sync_devices set last_seq = ${nextSeq + operations.length - 1}, last_seen_at = now()
      where device_id = ${deviceId}
    )
    insert into sync_verdicts (device_id, seq, user_id, operation_id, verdict, is_first)
    select ${deviceId}, seq, ${userId}, id, text, true
    from json_to_recordset(${JSON.stringify(verdicts)}::text::json) as verdict (seq bigint, id text, text text)`;
  for (const [lessonId, rows] of Map.groupBy(inserted, (row) => row.lessonId)) await recordChanges(tx, lessonId, rows);
}

const lockDevice = (tx: TransactionSql, deviceId: string) =>
  tx`select user_id, last_seq as "lastSeq", ack_seq from sync_devices where device_id = ${deviceId} for update`;

interface InsertedMessage {
  readonly id: string;
  readonly lessonId: string;
}

async function insertMessage(tx: TransactionSql, { userId }: Writer, message: Operation): Promise<InsertedMessage> {
  const [inserted] = await tx<InsertedMessage[]>`
    insert into chat_messages (id, lesson_id, author_id, text)
    values (${message.messageId}, ${message.lessonId}, ${userId}, ${message.text})
    on conflict (id) do nothing
    returning id, lesson_id as "lessonId", author_id as "authorId", text, created_at as "createdAt", edited_at as "editedAt"`;
  if (inserted === undefined) throw new Error("A message id was used twice.");
  return inserted;
}

/** Versions last, so that the scope is locked no longer than the commit takes. */
async function recordChanges(tx: TransactionSql, lessonId: string, rows: readonly InsertedMessage[]): Promise<void> {
  const scope = `lesson:${lessonId}`;
  const changes = rows.map((row, index) => ({ id: row.id, place: index + 1, value: JSON.stringify(row) }));
  await tx`
    with taken as (
      insert into sync_scopes (scope, version) values (${scope}, ${rows.length})
      on conflict (scope) do update set version = sync_scopes.version + excluded.version
      returning version
    )
    insert into sync_changes (scope, entity, entity_id, version, value)
    select ${scope}, 'chatMessage', id, version - ${rows.length} + place, value::json
    from taken, json_to_recordset(${JSON.stringify(changes)}::text::json) as change (id text, place bigint, value text)
    on conflict (entity, entity_id, scope) do update set
      version = excluded.version, value = excluded.value, changed_at = excluded.changed_at`;
}

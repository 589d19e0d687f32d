import type { FieldMark, IndexedRow, RowChange, SyncChange } from "@tidemark/api/server";
import { sql } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { runStatement, selectRows } from "../engine/raw-rows.ts";
import { jsonList } from "./sync-reads.ts";
import type { StoredMark } from "./sync-tables.ts";

/** The last of a row's changes in one transaction, with what the ones before it leave behind. */
interface FinalChange extends RowChange {
  /** The row was deleted in between: what it was marked with before is void. */
  readonly isReborn: boolean;
}

const RECORD_CHANGES = `
  with change as materialized (
    select * from json_to_recordset($1::text::json)
      as change (scope text, entity text, id text, value text, place bigint, authors jsonb, reborn boolean)
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
    insert into sync_changes (scope, entity, entity_id, version, value, marks)
    select change.scope, entity, id, starting.before + place, value::json, (
      select jsonb_object_agg(field, jsonb_build_array(starting.before + place) || author)
      from jsonb_each(authors) as mark (field, author)
    )
    from change join starting on starting.scope = change.scope
    on conflict (entity, entity_id, scope) do update set
      version = excluded.version,
      value = excluded.value,
      changed_at = excluded.changed_at,
      marks = case
        when excluded.value is null
          or (excluded.scope, excluded.entity, excluded.entity_id) in (select scope, entity, id from change where reborn)
          then excluded.marks
        else coalesce(sync_changes.marks || excluded.marks, excluded.marks, sync_changes.marks)
      end
  )
  select scope, before from starting`;

/** One change without marks, the most frequent push by far: half of what the list costs. */
const RECORD_CHANGE = `
  with taken as (
    insert into sync_scopes (scope, version)
    values ($1, 1)
    on conflict (scope) do update set version = sync_scopes.version + 1
    returning version
  ), written as (
    insert into sync_changes (scope, entity, entity_id, version, value)
    select $1, $2, $3, version, $4::text::json from taken
    on conflict (entity, entity_id, scope) do update set
      version = excluded.version,
      value = excluded.value,
      changed_at = excluded.changed_at,
      marks = case when excluded.value is not null then sync_changes.marks end
  )
  select version from taken`;

/** See `SyncWriteTransaction.recordChanges`: one statement, so that the scopes' locks live as short as can be. */
export async function writeChanges(tx: DatabaseHandle, changes: readonly RowChange[]): Promise<SyncChange[]> {
  const [only] = changes;
  if (only === undefined) return [];
  if (changes.length === 1 && only.marks === undefined) return [await writeChange(tx, only)];
  const latest = keepLatest(changes);
  const places = placeInScope(latest);
  // The value travels as text in the text: parsed with the list, an escaped NUL in it would be refused.
  const rows = latest.map(({ scope, entity, id, value, marks, isReborn }, index) => ({
    scope,
    entity,
    id,
    value: value && JSON.stringify(value),
    place: places[index],
    ...(marks && { authors: toAuthors(marks) }),
    ...(isReborn && { reborn: true }),
  }));
  const taken = await runStatement<{ scope: string; before: number }>(tx, RECORD_CHANGES, [JSON.stringify(rows)]);
  const before = new Map(taken.map((row) => [row.scope, row.before]));
  return latest.map(({ scope, entity, id, value }, index) => {
    const version = (before.get(scope) ?? 0) + (places[index] ?? 0);
    return { scope, entity, id, version, value: value === null ? null : { ...value } };
  });
}

async function writeChange(tx: DatabaseHandle, { scope, entity, id, value }: RowChange): Promise<SyncChange> {
  const params = [scope, entity, id, value && JSON.stringify(value)];
  const [taken] = await runStatement<{ version: number }>(tx, RECORD_CHANGE, params);
  return { scope, entity, id, version: taken?.version ?? 0, value: value && { ...value } };
}

/** See `SyncWriteTransaction.lockRows`. */
export async function lockIndexedRows(
  tx: DatabaseHandle,
  rows: readonly { readonly entity: string; readonly id: string }[],
): Promise<IndexedRow[]> {
  if (rows.length === 0) return [];
  const locked = await selectRows<Omit<IndexedRow, "marks"> & { marks: Record<string, StoredMark> | null }>(
    tx,
    sql`
      select locked.*
      from (
        select distinct entity collate "C" as entity, id collate "C" as id
        from json_to_recordset(${jsonList(rows)}) as wanted (entity text, id text)
        order by 1, 2
      ) as wanted
      cross join lateral (
        select scope, entity, entity_id as id, value, marks
        from sync_changes
        where entity = wanted.entity and entity_id = wanted.id
        order by scope
        for update
      ) as locked`,
  );
  return locked.map((row) => ({ ...row, marks: toMarks(row.marks ?? {}) }));
}

/** Several changes of one row collapse into the last, at the last one's place; the fields they marked add up. */
function keepLatest(changes: readonly RowChange[]): FinalChange[] {
  const latest = new Map<string, FinalChange>();
  for (const change of changes) {
    const key = JSON.stringify([change.scope, change.entity, change.id]);
    const earlier = latest.get(key);
    latest.delete(key);
    latest.set(key, follow(earlier, change));
  }
  return [...latest.values()];
}

function follow(earlier: FinalChange | undefined, { marks, ...change }: RowChange): FinalChange {
  if (change.value === null) return { ...change, isReborn: false };
  const isReborn = earlier !== undefined && (earlier.isReborn || earlier.value === null);
  const known = { ...earlier?.marks, ...marks };
  return { ...change, isReborn, ...(Object.keys(known).length > 0 && { marks: known }) };
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

/** A stored mark but for its version, which only the database knows. */
const toAuthors = (marks: NonNullable<RowChange["marks"]>): Record<string, [string | null, string]> =>
  Object.fromEntries(Object.entries(marks).map(([field, { deviceId, userId }]) => [field, [deviceId, userId]]));

const toMarks = (stored: Readonly<Record<string, StoredMark>>): Record<string, FieldMark> =>
  Object.fromEntries(
    Object.entries(stored).map(([field, [version, deviceId, userId]]) => [field, { version, deviceId, userId }]),
  );

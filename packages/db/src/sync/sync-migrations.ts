/** One step of the sync tables' history. Released steps never change: a new one follows them. */
export interface SyncMigration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** The sync tables alone, for an app that has tables and migrations of its own. */
export const syncMigrations: readonly SyncMigration[] = [
  {
    name: "0001_sync_tables",
    statements: [
      `create table sync_devices (
        device_id text collate "C" primary key,
        user_id text collate "C" not null,
        last_seq bigint default 0 not null,
        ack_seq bigint default 0 not null,
        pending bigint default 0 not null,
        contract_name text,
        contract_version bigint,
        created_at timestamptz(6) default now() not null,
        last_seen_at timestamptz(6) default now() not null
      )`,
      `create table sync_verdicts (
        device_id text collate "C" not null,
        seq bigint not null,
        user_id text collate "C" not null,
        operation_id text collate "C" not null,
        verdict text not null,
        is_first boolean not null,
        constraint sync_verdicts_device_id_seq_pk primary key (device_id, seq)
      )`,
      `create unique index sync_verdicts_first on sync_verdicts (user_id, operation_id) where is_first`,
      `create table sync_parked_operations (
        device_id text collate "C" not null,
        seq bigint not null,
        user_id text collate "C" not null,
        operation_id text collate "C" not null,
        operation text not null,
        reason text not null,
        parked_at timestamptz(6) default now() not null,
        constraint sync_parked_operations_device_id_seq_pk primary key (device_id, seq)
      )`,
      `create index sync_parked_operations_by_time on sync_parked_operations (parked_at, device_id, seq)`,
      `create table sync_scopes (
        scope text collate "C" primary key,
        version bigint not null,
        pruned_until bigint default 0 not null
      )`,
      `create table sync_changes (
        scope text collate "C" not null,
        entity text collate "C" not null,
        entity_id text collate "C" not null,
        version bigint not null,
        value json,
        marks jsonb,
        changed_at timestamptz(6) default now() not null,
        constraint sync_changes_row primary key (entity, entity_id, scope),
        constraint sync_changes_version unique (scope, version)
      )`,
      `create index sync_changes_live on sync_changes (scope, entity, version) where value is not null`,
      `create index sync_changes_deletions on sync_changes (changed_at) where value is null`,
      `create table sync_epoch (
        singleton boolean default true primary key,
        epoch uuid default gen_random_uuid() not null,
        system_identifier text,
        timeline bigint,
        constraint sync_epoch_is_single check (singleton)
      )`,
    ],
  },
  {
    name: "0002_replaced_devices",
    statements: [`alter table sync_devices add column replaced_by text collate "C"`],
  },
];

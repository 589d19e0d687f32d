import { sql } from "drizzle-orm";
import { boolean, check, index, json, jsonb, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { count, keyText, utcTime } from "../engine/columns.ts";

/** Where each device stands. Never deleted: a device that returns after a year must not start over. */
export const syncDevices = pgTable("sync_devices", {
  deviceId: keyText("device_id").primaryKey(),
  userId: keyText("user_id").notNull(),
  /** The device that goes on with its queue; null while it is in use. */
  replacedBy: keyText("replaced_by"),
  /** The last sequence number with a verdict. */
  lastSeq: count("last_seq").notNull().default(0),
  /** Verdicts up to here are stored on the device and forgotten here. */
  ackSeq: count("ack_seq").notNull().default(0),
  /** What the device last said it still has queued. */
  pending: count("pending").notNull().default(0),
  contractName: text("contract_name"),
  contractVersion: count("contract_version"),
  createdAt: utcTime("created_at")
    .notNull()
    .default(sql`now()`),
  lastSeenAt: utcTime("last_seen_at")
    .notNull()
    .default(sql`now()`),
});

export const syncVerdicts = pgTable(
  "sync_verdicts",
  {
    deviceId: keyText("device_id").notNull(),
    seq: count("seq").notNull(),
    userId: keyText("user_id").notNull(),
    operationId: keyText("operation_id").notNull(),
    /** JSON as first written: a replay is equal byte for byte. */
    verdict: text().notNull(),
    /** False for a re-keyed copy of an operation that has its verdict already. */
    isFirst: boolean("is_first").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deviceId, table.seq] }),
    uniqueIndex("sync_verdicts_first")
      .on(table.userId, table.operationId)
      .where(sql`${table.isFirst}`),
  ],
);

/** Operations whose handler keeps throwing, for an operator to run again after the fix. */
export const syncParkedOperations = pgTable(
  "sync_parked_operations",
  {
    deviceId: keyText("device_id").notNull(),
    seq: count("seq").notNull(),
    userId: keyText("user_id").notNull(),
    operationId: keyText("operation_id").notNull(),
    /** The operation as JSON text: its arguments may hold what a `json` column refuses. */
    operation: text().notNull(),
    reason: text().notNull(),
    parkedAt: utcTime("parked_at")
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.deviceId, table.seq] }),
    index("sync_parked_operations_by_time").on(table.parkedAt, table.deviceId, table.seq),
  ],
);

/** The newest version of each scope; its row lock orders the commits that touch the scope. */
export const syncScopes = pgTable("sync_scopes", {
  scope: keyText().primaryKey(),
  version: count("version").notNull(),
  /** Deletions up to this version may be forgotten: a cursor from before it cannot be served. */
  prunedUntil: count("pruned_until").notNull().default(0),
});

/** Version, device (`null` for none) and user of a field's last change. */
export type StoredMark = readonly [version: number, deviceId: string | null, userId: string];

/** One row per (scope, entity, id): its latest version, so that the cost of a pull follows what is alive. */
export const syncChanges = pgTable(
  "sync_changes",
  {
    scope: keyText().notNull(),
    entity: keyText().notNull(),
    entityId: keyText("entity_id").notNull(),
    version: count("version").notNull(),
    /** The whole row as clients see it; null for a deletion. */
    value: json(),
    /** Who last set which field: `{field: [version, deviceId | null, userId]}`; null when nothing is marked. */
    marks: jsonb().$type<Readonly<Record<string, StoredMark>>>(),
    changedAt: utcTime("changed_at")
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    // The scope comes last, so that a row is found by what it is, in whatever scopes it lies.
    primaryKey({ name: "sync_changes_row", columns: [table.entity, table.entityId, table.scope] }),
    unique("sync_changes_version").on(table.scope, table.version),
    index("sync_changes_live")
      .on(table.scope, table.entity, table.version)
      .where(sql`${table.value} is not null`),
    index("sync_changes_deletions")
      .on(table.changedAt)
      .where(sql`${table.value} is null`),
  ],
);

/** Names this database's history; the one row is made by the first migration run and renewed when the history is another. */
export const syncEpoch = pgTable(
  "sync_epoch",
  {
    singleton: boolean().primaryKey().default(true),
    epoch: uuid()
      .notNull()
      .default(sql`gen_random_uuid()`),
    /** The cluster and its timeline when the epoch was written; null where the server does not tell. */
    systemIdentifier: text("system_identifier"),
    timeline: count("timeline"),
  },
  (table) => [check("sync_epoch_is_single", sql`${table.singleton}`)],
);

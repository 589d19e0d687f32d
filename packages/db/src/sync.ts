/** Entry for apps with a database of their own: the sync engine's tables and store, nothing of the lesson product. */
export { sql } from "drizzle-orm";
export { DataFolderLockedError } from "./engine/data-folder-lock.ts";
export type { Database, DatabaseHandle, TransactionOptions } from "./engine/database.ts";
export { openDatabase, type OpenDatabaseOptions } from "./engine/open-database.ts";
export { selectRows } from "./engine/raw-rows.ts";
export { migrateSyncTables } from "./sync/migrate-sync-tables.ts";
export { readSyncDepth, type SyncDepth } from "./sync/sync-depth.ts";
export { renewEpoch } from "./sync/sync-epoch.ts";
export { syncMigrations, type SyncMigration } from "./sync/sync-migrations.ts";
export { createSyncStore } from "./sync/sync-store.ts";

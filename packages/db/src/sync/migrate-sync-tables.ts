import { sql } from "drizzle-orm";
import type { Database } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { ensureEpoch } from "./sync-epoch.ts";
import { syncMigrations } from "./sync-migrations.ts";

/** Any number, as long as every node takes the same; another than that of `migrateDatabase`. */
const ADVISORY_LOCK = 7_163_685;

/**
 * Makes the sync tables in an app's own database, or brings them to the newest form, in one transaction under a lock. Call it
 * at every start, before the engine: it also notices that the database is a restored copy, and gives it a new epoch then.
 */
export async function migrateSyncTables(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`);
    await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCK}::bigint)`);
    await tx.execute(sql`create table if not exists sync_migrations (
      name text primary key, applied_at timestamptz default now() not null
    )`);
    const rows = await selectRows<{ name: string }>(tx, sql`select name from sync_migrations`);
    const applied = new Set(rows.map(({ name }) => name));
    for (const { name, statements } of syncMigrations) {
      if (applied.has(name)) continue;
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(sql`insert into sync_migrations (name) values (${name})`);
    }
    await ensureEpoch(tx);
  });
}

import { sql } from "drizzle-orm";
import type { Database } from "../engine/database.ts";
import { migrateAlone } from "../engine/migration-lock.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { ensureEpoch } from "./sync-epoch.ts";
import { syncMigrations } from "./sync-migrations.ts";

/**
 * Makes the sync tables in an app's own database, or brings them to the newest form. Call it at every start, before the
 * engine: it also notices that the database is a restored copy, and gives it a new epoch then. Several nodes may do it at
 * once.
 * @throws TidemarkError `UNAVAILABLE` while the database cannot be reached
 */
export async function migrateSyncTables(database: Database): Promise<void> {
  await migrateAlone(database, "syncTables", async (tx) => {
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

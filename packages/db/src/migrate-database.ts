import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { Database } from "./engine/database.ts";
import { migrateAlone } from "./engine/migration-lock.ts";
import { selectRows } from "./engine/raw-rows.ts";
import { ensureEpoch } from "./sync/sync-epoch.ts";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/**
 * Brings the product's database to the newest schema. One that turns out to be another's copy gets a new epoch. Keeps
 * drizzle's own bookkeeping table, so that its tools read the state.
 * @throws TidemarkError `UNAVAILABLE` while the database cannot be reached
 */
export async function migrateDatabase(database: Database): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder });
  await migrateAlone(database, "product", async (tx) => {
    await tx.execute(sql`create schema if not exists drizzle`);
    await tx.execute(sql`create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint
    )`);
    const [last] = await selectRows<{ appliedAt: number | null }>(
      tx,
      sql`select max(created_at)::float8 as "appliedAt" from drizzle.__drizzle_migrations`,
    );
    for (const { folderMillis, hash, sql: statements } of migrations) {
      if (folderMillis <= (last?.appliedAt ?? 0)) continue;
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(
        sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
      );
    }
    await ensureEpoch(tx);
  });
}

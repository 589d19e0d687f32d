import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { ensureEpoch } from "../sync/sync-epoch.ts";
import type { Database } from "./database.ts";
import { selectRows } from "./raw-rows.ts";

const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));
/** Any number, as long as every node takes the same. */
const ADVISORY_LOCK = 7_163_684;

/**
 * Brings the database to the newest schema, in one transaction under a lock: nodes that start together wait for the one
 * that migrates and then find nothing to do. A database that turns out to be another's copy gets a new epoch. Keeps drizzle's own bookkeeping table, so its tools read the state.
 */
export async function migrateDatabase(database: Database): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder });
  await database.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`);
    await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCK}::bigint)`);
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

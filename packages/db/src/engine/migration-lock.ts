import { sql } from "drizzle-orm";
import type { Database, DatabaseHandle } from "./database.ts";

/** Any two numbers, as long as every node takes the same: an app may have both kinds of migrations in one database. */
const ADVISORY_LOCKS = { product: 7_163_684, syncTables: 7_163_685 } as const;

/**
 * Runs migrations in one transaction under a lock, however long they take: nodes that start together wait for the one that
 * migrates, and then find nothing to do.
 */
export function migrateAlone(
  database: Database,
  kind: keyof typeof ADVISORY_LOCKS,
  work: (tx: DatabaseHandle) => Promise<void>,
): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`);
    await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS[kind]}::bigint)`);
    await work(tx);
  });
}

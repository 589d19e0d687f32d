import type { ExtractTablesWithRelations } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type * as schema from "../schema.ts";
import { openPgliteDatabase } from "./pglite-database.ts";
import { openPostgresDatabase } from "./postgres-database.ts";

/** What stores work through: the database itself or a transaction of it, of either driver. */
export type DatabaseHandle = PgDatabase<PgQueryResultHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>;

export interface TransactionOptions {
  /** Read-only, and every statement sees the same snapshot. */
  readonly snapshot?: boolean;
}

/**
 * One open database. Whatever means that it cannot be reached now (connection refused or cut, server shutting down, no
 * free connection in time) rejects with a `TidemarkError` `UNAVAILABLE` that carries `retryAfterSeconds`.
 */
export interface Database {
  readonly kind: "postgres" | "pglite";
  /** For single statements outside a transaction. Inside one, use the handle that `work` is given. */
  readonly db: DatabaseHandle;
  /**
   * Runs `work` in one transaction and commits when it resolves; whatever it throws rolls back and is thrown on. After a
   * deadlock or serialization failure `work` runs again, a few times, so its effects outside the transaction must bear it.
   */
  transaction<T>(work: (tx: DatabaseHandle) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Ends every connection, after at most a few seconds of waiting for running statements. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** A Postgres connection URL; without one the database is embedded in `dataDir`. */
  readonly url?: string | undefined;
  /** Folder of the embedded database and its lock; made when it is missing. */
  readonly dataDir: string;
  /** Most connections to Postgres at once; default 10. */
  readonly poolSize?: number | undefined;
  /** `false` behind a pooler that hands a connection to another client after each transaction; default `true`. */
  readonly prepare?: boolean | undefined;
}

/** @throws DataFolderLockedError when another process has the embedded database open. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { url, dataDir, poolSize, prepare } = options;
  return url === undefined
    ? openPgliteDatabase({ dataDir })
    : openPostgresDatabase({ url, poolSize: poolSize ?? 10, prepare: prepare ?? true });
}

import type { Database } from "./database.ts";
import { openPgliteDatabase } from "./pglite-database.ts";
import { openPostgresDatabase } from "./postgres-database.ts";

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

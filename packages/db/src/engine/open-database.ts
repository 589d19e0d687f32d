import type { Database } from "./database.ts";
import { openPostgresDatabase } from "./postgres-database.ts";

export interface OpenDatabaseOptions {
  /** A Postgres connection URL; without one the database is embedded in `dataDir`. */
  readonly url?: string | undefined;
  /** Folder of the embedded database and its lock; made when it is missing; default `.data`. */
  readonly dataDir?: string | undefined;
  /** Most connections to Postgres at once; default 10. */
  readonly poolSize?: number | undefined;
  /** `false` behind a pooler that hands a connection to another client after each transaction; default `true`. */
  readonly prepare?: boolean | undefined;
}

/** @throws DataFolderLockedError when another process has the embedded database open. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { url, dataDir = ".data", poolSize = 10, prepare = true } = options;
  if (url !== undefined) return openPostgresDatabase({ url, poolSize, prepare });
  // Loaded on demand: an app on Postgres need not have PGlite.
  const { openPgliteDatabase } = await import("./pglite-database.ts");
  return openPgliteDatabase({ dataDir });
}

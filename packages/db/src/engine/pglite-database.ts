import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { createConnectionGate } from "./connection-gate.ts";
import { createDatabase } from "./create-database.ts";
import { lockDataFolder, type DataFolderLock } from "./data-folder-lock.ts";
import type { Database, TransactionEnd } from "./database.ts";

/** Longest wait for the one connection; a statement that waits inside the transaction it waits for ends so too. */
const MAX_WAIT_MS = 10_000;

/** Opens the embedded database, alone: PGlite itself does not notice a second process, and both would corrupt the data. */
export async function openPgliteDatabase({ dataDir }: { readonly dataDir: string }): Promise<Database> {
  await mkdir(dataDir, { recursive: true });
  const lock = await lockDataFolder(dataDir);
  try {
    const client = await PGlite.create(join(dataDir, "pglite"));
    await client.exec("set TimeZone to 'UTC'");
    return createPgliteDatabase(client, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function createPgliteDatabase(client: PGlite, lock: DataFolderLock): Database {
  const gate = createConnectionGate({ slots: 1, maxWaitMs: MAX_WAIT_MS });
  let closing: Promise<void> | undefined;
  return createDatabase({
    kind: "pglite",
    native: drizzle(client),
    gate,
    prepare: false,
    endOf: () => COMMIT_AT_THE_END,
    close: () => (closing ??= close()),
  });

  async function close(): Promise<void> {
    try {
      await gate.run(() => client.close());
    } finally {
      await lock.release();
    }
  }
}

/** Without a wire there is nothing to win by a commit that is sent ahead. */
const COMMIT_AT_THE_END: TransactionEnd = { commit: () => undefined };

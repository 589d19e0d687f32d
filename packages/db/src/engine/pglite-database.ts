import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { createConnectionGate } from "./connection-gate.ts";
import { lockDataFolder, type DataFolderLock } from "./data-folder-lock.ts";
import type { Database } from "./database.ts";
import { translateFailure } from "./database-failure.ts";
import { hookStatements } from "./statement-hook.ts";
import { retryConflicts } from "./transaction-retry.ts";

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
  const inTransaction = { prepare: false, run: <T>(execute: () => Promise<T>) => execute() };
  const alone = { prepare: false, run: <T>(execute: () => Promise<T>) => gate.run(execute).catch(rethrowTranslated) };
  const native = drizzle(client);
  const db = hookStatements(native, alone);
  let closing: Promise<void> | undefined;

  return {
    kind: "pglite",
    db,
    transaction: (work, { snapshot = false } = {}) =>
      retryConflicts(() =>
        gate.run(() =>
          native.transaction(
            (transaction) => work(hookStatements(transaction, inTransaction), { commit: () => undefined }),
            snapshot ? { isolationLevel: "repeatable read", accessMode: "read only" } : undefined,
          ),
        ),
      ),
    ping: async () => {
      await db.execute(sql`select 1`);
    },
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    try {
      await gate.run(() => client.close());
    } finally {
      await lock.release();
    }
  }
}

function rethrowTranslated(error: unknown): never {
  throw translateFailure(error);
}

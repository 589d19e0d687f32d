import { sql } from "drizzle-orm";
import type { ConnectionGate } from "./connection-gate.ts";
import { translateFailure } from "./database-failure.ts";
import type { Database, DatabaseHandle, TransactionEnd } from "./database.ts";
import { hookStatements } from "./statement-hook.ts";
import { retryConflicts } from "./transaction-retry.ts";

/** What a driver brings; how statements and transactions run over it is the same for all. */
export interface Driver {
  readonly kind: Database["kind"];
  readonly native: DatabaseHandle;
  /** Bounds the wait for one of its connections. */
  readonly gate: ConnectionGate;
  /** Whether statements are prepared once per connection and kept there. */
  readonly prepare: boolean;
  /** Runs first in each transaction, where there is anything to do: work that waits for nothing starts with the `begin`. */
  readonly prepareTransaction?: ((tx: DatabaseHandle) => Promise<void>) | undefined;
  /** How the work of a transaction may end it early. */
  readonly endOf: (tx: DatabaseHandle) => TransactionEnd;
  readonly close: () => Promise<void>;
}

export function createDatabase(driver: Driver): Database {
  const { kind, native, gate, prepare, prepareTransaction, endOf, close } = driver;
  const inTransaction = { prepare, run: <T>(execute: () => Promise<T>) => execute() };
  const alone = { prepare, run: <T>(execute: () => Promise<T>) => gate.run(execute).catch(rethrowTranslated) };
  const db = hookStatements(native, alone);

  return {
    kind,
    db,
    transaction: (work, { snapshot = false } = {}) =>
      retryConflicts(() =>
        gate.run(() =>
          native.transaction(
            async (transaction) => {
              const tx = hookStatements(transaction, inTransaction);
              if (prepareTransaction !== undefined) await prepareTransaction(tx);
              return work(tx, endOf(tx));
            },
            snapshot ? { isolationLevel: "repeatable read", accessMode: "read only" } : undefined,
          ),
        ),
      ),
    ping: async () => {
      await db.execute(sql`select 1`);
    },
    close,
  };
}

function rethrowTranslated(error: unknown): never {
  throw translateFailure(error);
}

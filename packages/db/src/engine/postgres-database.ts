import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { createConnectionGate } from "./connection-gate.ts";
import { createDatabase } from "./create-database.ts";
import type { Database, DatabaseHandle, TransactionEnd } from "./database.ts";
import { runStatement } from "./raw-rows.ts";

const CONNECT_TIMEOUT_SECONDS = 5;
const MAX_WAIT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** A process that stalls inside a transaction holds its locks no longer than this. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_SECONDS = 5;
/** Longest pause between attempts to reach a server that is away, so that its return is noticed at once. */
const MAX_RECONNECT_PAUSE_SECONDS = 0.5;

const timeouts = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
};

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly prepare: boolean;
  /** Longest wait for a free connection of the pool; default 5 s. */
  readonly maxWaitMs?: number;
}

/** Opens a pool; connections are made when they are needed, so a server that is away is told by the first use. */
export function openPostgresDatabase(options: PostgresOptions): Database {
  const { url, poolSize, prepare, maxWaitMs = MAX_WAIT_MS } = options;
  const client = postgres(url, {
    max: poolSize,
    prepare,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: (retries) => Math.min(2 ** retries / 100, MAX_RECONNECT_PAUSE_SECONDS),
    // A pooler refuses settings that it does not track; there they are set in each transaction instead.
    connection: { application_name: "tidemark", TimeZone: "UTC", ...(prepare && timeouts) },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    // No arrays are ever sent; the look-up of their types would cost each connection a round trip.
    fetch_types: false,
    onnotice: () => undefined,
  });
  return createDatabase({
    kind: "postgres",
    native: drizzle(client),
    gate: createConnectionGate({ slots: poolSize, maxWaitMs }),
    prepare,
    prepareTransaction: prepare ? undefined : setTimeouts,
    endOf,
    close: () => client.end({ timeout: CLOSE_TIMEOUT_SECONDS }),
  });
}

/** The driver knows a `commit` that it is sent, and awaits it before it calls the transaction done: see its patch. */
const endOf = (tx: DatabaseHandle): TransactionEnd => ({
  // Its failure is the transaction's.
  commit: () => void runStatement(tx, "commit", []).catch(() => undefined),
});

const timeoutSettings = sql`select ${sql.join(
  Object.entries(timeouts).map(([name, ms]) => sql`set_config(${name}, ${String(ms)}, true)`),
  sql`, `,
)}`;

async function setTimeouts(tx: DatabaseHandle): Promise<void> {
  await tx.execute(timeoutSettings);
}

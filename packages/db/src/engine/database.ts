import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** What stores work through: the database itself or a transaction of it, of either driver. */
export type DatabaseHandle = PgDatabase<PgQueryResultHKT>;

export interface TransactionOptions {
  /** Read-only, and every statement sees the same snapshot. */
  readonly snapshot?: boolean;
}

export interface TransactionEnd {
  /**
   * Sends the commit behind the statements that were issued so far, without waiting for their answers: it is their last
   * round trip. One of them that fails makes the commit a rollback; nothing may be issued after it. A database without a
   * wire has nothing to win, and commits when `work` resolves.
   */
  commit(): void;
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
  transaction<T>(
    work: (tx: DatabaseHandle, end: TransactionEnd) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Ends every connection, after at most a few seconds of waiting for running statements. */
  close(): Promise<void>;
}

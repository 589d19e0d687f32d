import { PostgresJsSession } from "drizzle-orm/postgres-js";
import type { ParameterOrJSON, Sql } from "postgres";
import type { DatabaseHandle } from "./database.ts";

export interface StatementHook {
  /** Whether statements are prepared once per connection and kept there. */
  readonly prepare: boolean;
  /** Runs around every statement. */
  run<T>(execute: () => Promise<T>): Promise<T>;
}

/** Sends a text with its parameters as it stands. */
type SendText = (text: string, params: readonly unknown[]) => Promise<unknown>;

const sendByHandle = new WeakMap<DatabaseHandle, SendText>();

/** The short way to the driver, where there is one: drizzle's own costs as much processor time as the statement itself. */
export const shortWayOf = (handle: DatabaseHandle): SendText | undefined => sendByHandle.get(handle);

/**
 * Puts a hook around every statement of a handle. drizzle has no seam for this: without it nothing is prepared, and
 * failures come wrapped with the statement's parameters (password hashes, messages) in their text, ready to be logged.
 */
export function hookStatements(handle: DatabaseHandle, hook: StatementHook): DatabaseHandle {
  const { session } = handle._;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (...[query, fields, name, ...rest]) => {
    // The name is all that tells the postgres.js driver to prepare; it is not sent.
    const prepared = prepareQuery(query, fields, name ?? (hook.prepare ? "prepared" : undefined), ...rest);
    const execute = prepared.execute.bind(prepared);
    prepared.execute = (values) => hook.run(() => execute(values).catch(rethrowCause));
    return prepared;
  };
  if (isPostgresSession(session)) {
    const { client } = session;
    const { prepare } = hook;
    sendByHandle.set(handle, (text, params) => hook.run(() => client.unsafe(text, toParameters(params), { prepare })));
  }
  return handle;
}

function rethrowCause(error: unknown): never {
  const isWrapped = error instanceof Error && error.message.startsWith("Failed query:") && error.cause !== undefined;
  const cause = isWrapped ? error.cause : error;
  // PGlite hangs the parameters on its own error too.
  if (cause instanceof Error && "params" in cause) cause.params = undefined;
  throw cause;
}

/** Its type parameters cannot be seen from here; a session of this driver has a client of this driver. */
function isPostgresSession(session: object): session is PostgresJsSession<Sql, Record<string, never>, NoTables> {
  return session instanceof PostgresJsSession;
}

type NoTables = Record<string, never>;

/** The driver's type for parameters leaves out nothing that JSON or a scalar could be. */
const toParameters = (params: readonly unknown[]) => [...params] as ParameterOrJSON<never>[];

import type { DatabaseHandle } from "./database.ts";

export interface StatementHook {
  /** Whether statements are prepared once per connection and kept there. */
  readonly prepare: boolean;
  /** Runs around every statement. */
  run<T>(execute: () => Promise<T>): Promise<T>;
}

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
  return handle;
}

function rethrowCause(error: unknown): never {
  const isWrapped = error instanceof Error && error.message.startsWith("Failed query:") && error.cause !== undefined;
  const cause = isWrapped ? error.cause : error;
  // PGlite hangs the parameters on its own error too.
  if (cause instanceof Error && "params" in cause) cause.params = undefined;
  throw cause;
}

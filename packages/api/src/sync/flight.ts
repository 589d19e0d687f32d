/**
 * Awaits statements of one transaction that were issued together: the connection carries them back to back, so that they
 * cost one round trip. They run in the order they were issued, and the first failure is the cause of those behind it.
 */
export async function inOneFlight<Statements extends readonly Promise<unknown>[]>(
  ...statements: Statements
): Promise<{ readonly [Index in keyof Statements]: Awaited<Statements[Index]> }> {
  // Every one is awaited before a failure goes on: no statement may follow the rollback.
  await Promise.allSettled(statements);
  return Promise.all(statements) as Promise<{ readonly [Index in keyof Statements]: Awaited<Statements[Index]> }>;
}

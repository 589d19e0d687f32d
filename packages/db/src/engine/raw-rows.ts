import type { SQL } from "drizzle-orm";
import type { DatabaseHandle } from "./database.ts";
import { shortWayOf } from "./statement-hook.ts";

/**
 * The rows of a statement that drizzle's builder cannot say; the two drivers answer in different shapes. It is issued at once,
 * as `runStatement` does too, where drizzle's own promises wait to be awaited: statements keep the order of their calls.
 */
export async function selectRows<Row extends Record<string, unknown>>(db: DatabaseHandle, query: SQL): Promise<Row[]> {
  return toRows<Row>(await db.execute(query).execute());
}

/**
 * As `selectRows`, for what every push runs: `text` is sent as it stands, with `params` for `$1`, `$2` and so on. Building
 * such a statement anew each time costs more than everything else that this process does for it.
 */
export async function runStatement<Row extends Record<string, unknown>>(
  db: DatabaseHandle,
  text: string,
  params: readonly unknown[],
): Promise<Row[]> {
  const send = shortWayOf(db);
  if (send !== undefined) return toRows<Row>(await send(text, params));
  const statement = db._.session.prepareQuery({ sql: text, params: [...params] }, undefined, undefined, false);
  return toRows<Row>(await statement.execute());
}

function toRows<Row>(result: unknown): Row[] {
  if (Array.isArray(result)) return result as Row[];
  return (result as { readonly rows: Row[] }).rows;
}

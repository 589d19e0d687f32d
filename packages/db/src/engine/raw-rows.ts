import type { SQL } from "drizzle-orm";
import type { DatabaseHandle } from "./database.ts";

/** The rows of a statement that drizzle's builder cannot say; the two drivers answer in different shapes. */
export async function selectRows<Row extends Record<string, unknown>>(db: DatabaseHandle, query: SQL): Promise<Row[]> {
  const result: unknown = await db.execute(query);
  if (Array.isArray(result)) return result as Row[];
  return (result as { readonly rows: Row[] }).rows;
}

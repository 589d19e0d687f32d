import { sql } from "drizzle-orm";
import type { Database } from "../src/index.ts";

/** Takes every table out, those that say which migrations ran among them: as a database is before its first one. */
export async function emptyDatabase({ db }: Database): Promise<void> {
  await db.execute(sql`drop schema public cascade`);
  await db.execute(sql`drop schema if exists drizzle cascade`);
  await db.execute(sql`create schema public`);
}

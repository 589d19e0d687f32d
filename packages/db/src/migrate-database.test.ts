import { readFile } from "node:fs/promises";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeOnEveryDatabase, emptyDatabase } from "../testing/index.ts";
import * as schema from "./schema.ts";
import type { Database } from "./engine/database.ts";
import { openDatabase, type OpenDatabaseOptions } from "./engine/open-database.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { selectRows } from "./engine/raw-rows.ts";

const migrations = new URL("../migrations/", import.meta.url);

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
}

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(path, migrations), "utf8"));

describe("the migrations", () => {
  it("are what the tables say: `pnpm generate` would add nothing", async () => {
    const { entries } = (await readJson("meta/_journal.json")) as Journal;
    const newest = String(entries.length - 1).padStart(4, "0");
    const before = (await readJson(`meta/${newest}_snapshot.json`)) as ReturnType<typeof generateDrizzleJson>;
    expect(await generateMigration(before, generateDrizzleJson(schema, before.id))).toEqual([]);
  });

  it("are in the order of their time, so that a database takes each of them", async () => {
    const { entries } = (await readJson("meta/_journal.json")) as Journal;
    expect(entries.map(({ idx }) => idx)).toEqual([...entries.keys()]);
    expect(entries.map(({ when }) => when)).toEqual(entries.map(({ when }) => when).toSorted((a, b) => a - b));
  });
});

describeOnEveryDatabase("migrating", (context) => {
  let options: OpenDatabaseOptions;
  let database: Database;
  beforeAll(async () => {
    options = await context.create();
    database = await openDatabase(options);
  });
  afterAll(() => database.close());
  beforeEach(() => emptyDatabase(database));
  const state = async ({ db }: Database) => ({
    applied: await selectRows(db, sql`select hash, created_at from drizzle.__drizzle_migrations order by id`),
    epochs: await selectRows(db, sql`select epoch from sync_epoch`),
  });

  it("twice changes nothing the second time, the epoch least of all", async () => {
    await migrateDatabase(database);
    const first = await state(database);
    expect(first.epochs).toHaveLength(1);
    await migrateDatabase(database);
    expect(await state(database)).toEqual(first);
  });

  it("from several nodes at once applies each migration once", async () => {
    const others = context.kind === "postgres" ? await Promise.all([1, 2, 3].map(() => openDatabase(options))) : [];
    await Promise.all([database, database, ...others].map(migrateDatabase));
    const { applied, epochs } = await state(database);
    const { entries } = (await readJson("meta/_journal.json")) as Journal;
    expect([applied.length, epochs.length]).toEqual([entries.length, 1]);
    await Promise.all(others.map((other) => other.close()));
  });
});

import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeOnEveryDatabase, emptyDatabase } from "../../testing/index.ts";
import type { Database } from "../engine/database.ts";
import { migrateDatabase } from "../migrate-database.ts";
import { openDatabase, type OpenDatabaseOptions } from "../engine/open-database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { migrateSyncTables } from "./migrate-sync-tables.ts";
import { syncMigrations } from "./sync-migrations.ts";

/** Columns, constraints and indexes of the sync tables, as Postgres itself tells them. */
const describeSyncTables = ({ db }: Database) =>
  selectRows(
    db,
    sql`
      select * from (
        select c.relname as "table", a.attname as name,
          format_type(a.atttypid, a.atttypmod) || coalesce(' ' || co.collname, '') || ' ' || a.attnotnull || ' '
            || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as definition
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          left join pg_collation co on co.oid = a.attcollation and co.collname <> 'default'
          left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relkind = 'r'
        union all
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where contype <> 'n'
        union all
        select tablename, indexname, indexdef from pg_indexes
      ) as parts where "table" like 'sync\\_%' and "table" <> 'sync_migrations' order by 1, 2, 3`,
  );

describeOnEveryDatabase("the sync tables in an app's own database", (context) => {
  let options: OpenDatabaseOptions;
  let database: Database;
  beforeAll(async () => {
    options = await context.create();
    database = await openDatabase(options);
  });
  afterAll(() => database.close());
  beforeEach(() => emptyDatabase(database));

  it("are the same as this product's, so a change of one is a new step of the other", async () => {
    await migrateDatabase(database);
    const own = await describeSyncTables(database);
    await emptyDatabase(database);
    await migrateSyncTables(database);
    expect(await describeSyncTables(database)).toEqual(own);
    expect(own.length).toBeGreaterThan(40);
  });

  it("stand beside the app's tables, and nothing else is made", async () => {
    await database.db.execute(sql`create table users (id text primary key)`);
    await migrateSyncTables(database);
    const tables = await selectRows<{ name: string }>(
      database.db,
      sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    );
    expect(tables.map(({ name }) => name).filter((name) => !name.startsWith("sync_"))).toEqual(["users"]);
  });

  it("are made once, by nodes that start together and by every later start; the epoch stays", async () => {
    const others = context.kind === "postgres" ? await Promise.all([1, 2].map(() => openDatabase(options))) : [];
    await Promise.all([database, database, ...others].map(migrateSyncTables));
    const epochs = () => selectRows(database.db, sql`select epoch from sync_epoch`);
    const [first] = await epochs();
    await migrateSyncTables(database);
    expect(await epochs()).toEqual([first]);
    const applied = await selectRows(database.db, sql`select name from sync_migrations`);
    expect(applied).toEqual(syncMigrations.map(({ name }) => ({ name })));
    await Promise.all(others.map((other) => other.close()));
  });
});

import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startOwnPostgres, type OwnPostgresServer } from "../../testing/index.ts";
import type { Database, DatabaseHandle } from "./database.ts";
import { openDatabase } from "./open-database.ts";
import { openPostgresDatabase, type PostgresOptions } from "./postgres-database.ts";
import { selectRows } from "./raw-rows.ts";

const unavailable = { code: "UNAVAILABLE", retryAfterSeconds: 1 };

describe("Postgres under faults", () => {
  let server: OwnPostgresServer;
  beforeAll(async () => {
    server = await startOwnPostgres();
  });
  afterAll(() => server.close());

  const opened: Database[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });
  const open = async (options: Partial<PostgresOptions> = {}) => {
    const database = openPostgresDatabase({
      url: await server.createDatabase(),
      poolSize: 4,
      prepare: true,
      ...options,
    });
    opened.push(database);
    return database;
  };
  const addScope = (db: DatabaseHandle, scope: string) =>
    db.execute(sql`insert into sync_scopes (scope, version) values (${scope}, 0)`);
  const bump = (db: DatabaseHandle, scope: string) =>
    selectRows(db, sql`update sync_scopes set version = version + 1 where scope = ${scope}`);
  const versions = (db: DatabaseHandle) =>
    selectRows<{ scope: string; version: number }>(db, sql`select scope, version from sync_scopes order by scope`);

  it("says UNAVAILABLE while the server is stopped, and works again unaided once it is back", async () => {
    const database = await open();
    await addScope(database.db, "kept");
    await server.stop();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(database.ping()).rejects.toMatchObject(unavailable);
      await expect(database.transaction((tx) => bump(tx, "kept"))).rejects.toMatchObject(unavailable);
    }
    await server.start();
    await vi.waitFor(() => database.transaction((tx) => bump(tx, "kept")), { timeout: 30_000, interval: 20 });
    expect(await versions(database.db)).toEqual([{ scope: "kept", version: 1 }]);
  });

  it("I5: says UNAVAILABLE when the connection is cut inside a transaction, and keeps nothing of it", async () => {
    const database = await open();
    await addScope(database.db, "cut");
    const work = database.transaction(async (tx) => {
      await bump(tx, "cut");
      const [own] = await selectRows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`);
      await database.db.execute(sql`select pg_terminate_backend(${own?.pid ?? 0})`);
      await bump(tx, "cut");
    });
    await expect(work).rejects.toMatchObject(unavailable);
    expect(await versions(database.db)).toEqual([{ scope: "cut", version: 0 }]);
  });

  it("I5: refuses what a transaction still sends after its connection was cut, even once that connection is another's", async () => {
    const database = await open({ poolSize: 1 });
    const killer = openPostgresDatabase({ url: server.adminUrl, poolSize: 1, prepare: true });
    opened.push(killer);
    await addScope(database.db, "cut");
    const goOn = Promise.withResolvers<void>();
    const sentLate = Promise.withResolvers<unknown>();
    const work = database.transaction(async (tx) => {
      await bump(tx, "cut");
      const [own] = await selectRows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`);
      await killer.db.execute(sql`select pg_terminate_backend(${own?.pid ?? 0})`);
      await goOn.promise;
      await bump(tx, "cut").catch(sentLate.resolve);
    });
    await expect(work).rejects.toMatchObject(unavailable);
    await database.transaction(async (tx) => {
      await addScope(tx, "next");
      goOn.resolve();
      expect(await sentLate.promise).toMatchObject({ code: "CONNECTION_CLOSED" });
      await bump(tx, "next");
    });
    expect(await versions(database.db)).toEqual([
      { scope: "cut", version: 0 },
      { scope: "next", version: 1 },
    ]);
  });

  it("I5: runs no statement that writes behind a begin that failed, and leaves the connection usable", async () => {
    const url = await server.createDatabase();
    const client = postgres(url, { max: 1, onnotice: () => undefined });
    await client`insert into sync_scopes (scope, version) values ('kept', 0)`;
    const work = client.begin("nonsense", async (tx) => {
      const issued = [
        tx`select scope from sync_scopes`,
        tx`update sync_scopes set version = 7`,
        tx`insert into sync_scopes (scope, version) values ('stray', 0)`,
      ];
      const outcomes = await Promise.allSettled(issued);
      await expect(tx`update sync_scopes set version = 8`).rejects.toMatchObject({ code: "42601" });
      return outcomes;
    });
    await expect(work).rejects.toMatchObject({ code: "42601" });
    expect(await client`select scope, version from sync_scopes`).toMatchObject([{ scope: "kept", version: "0" }]);
    await client.end();
  });

  it("I5: runs in order what is issued before the begin has been answered, writes among reads", async () => {
    const database = await open({ poolSize: 1 });
    await addScope(database.db, "order");
    for (let turn = 0; turn < 3; turn += 1) {
      const seen = await database.transaction((tx) =>
        Promise.all([versions(tx), bump(tx, "order"), versions(tx), bump(tx, "order"), versions(tx)]),
      );
      const steps = [seen[0], seen[2], seen[4]].map((rows) => (rows?.[0]?.version ?? Number.NaN) - turn * 2);
      expect(steps).toEqual([0, 1, 2]);
    }
  });

  it("I5: commits behind the last statement, or rolls back with it, and gives the connection to the next", async () => {
    const database = await open({ poolSize: 1 });
    await addScope(database.db, "sealed");
    const bumpAndSeal = (last: (tx: DatabaseHandle) => Promise<unknown>) =>
      database.transaction(async (tx, end) => {
        const issued = Promise.all([bump(tx, "sealed"), last(tx)]);
        end.commit();
        await issued;
      });
    await bumpAndSeal((tx) => bump(tx, "sealed"));
    const failing = bumpAndSeal((tx) =>
      selectRows(tx, sql`insert into sync_scopes (scope, version) values ('sealed', 0)`),
    );
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    expect(await versions(database.db)).toEqual([{ scope: "sealed", version: 2 }]);
    // A failure that was caught undoes everything all the same, and is told.
    const caught = bumpAndSeal((tx) => selectRows(tx, sql`select 1 / 0`).catch(() => undefined));
    await expect(caught).rejects.toMatchObject({ code: "22012" });
    expect(await versions(database.db)).toEqual([{ scope: "sealed", version: 2 }]);
  });

  it("I5: refuses a statement behind the commit: the connection is another's by then", async () => {
    const database = await open({ poolSize: 1 });
    await addScope(database.db, "sealed");
    const work = database.transaction(async (tx, end) => {
      await bump(tx, "sealed");
      end.commit();
      await bump(tx, "sealed");
    });
    await expect(work).rejects.toMatchObject({ code: "TRANSACTION_COMMITTED" });
    expect(await versions(database.db)).toEqual([{ scope: "sealed", version: 1 }]);
  });

  it("says UNAVAILABLE when the connection is cut before the commit is answered", async () => {
    const database = await open();
    await addScope(database.db, "sealed");
    const work = database.transaction(async (tx, end) => {
      const [own] = await selectRows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`);
      const issued = Promise.all([bump(tx, "sealed"), selectRows(tx, sql`select pg_sleep(10)`)]);
      end.commit();
      await database.db.execute(sql`select pg_terminate_backend(${own?.pid ?? 0})`);
      await issued;
    });
    await expect(work).rejects.toMatchObject(unavailable);
    expect(await versions(database.db)).toEqual([{ scope: "sealed", version: 0 }]);
  });

  it("S36 I2: runs a transaction again after a deadlock, with one effect", async () => {
    const database = await open();
    await addScope(database.db, "a");
    await addScope(database.db, "b");
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    let attempts = 0;
    const bumpBoth = (first: string, second: string) =>
      database.transaction(async (tx) => {
        attempts += 1;
        await bump(tx, first);
        holding += 1;
        if (holding === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await bump(tx, second);
      });
    await Promise.all([bumpBoth("a", "b"), bumpBoth("b", "a")]);
    expect(attempts).toBeGreaterThan(2);
    expect(await versions(database.db)).toEqual([
      { scope: "a", version: 2 },
      { scope: "b", version: 2 },
    ]);
  });

  it("S36: gives up a transaction that loses every time as UNAVAILABLE, with no effect", async () => {
    const database = await open();
    await addScope(database.db, "lost");
    let attempts = 0;
    const work = database.transaction(async (tx) => {
      attempts += 1;
      await bump(tx, "lost");
      await tx.execute(sql`do $$ begin raise exception 'lost again' using errcode = '40001'; end $$`);
    });
    await expect(work).rejects.toMatchObject(unavailable);
    expect(attempts).toBe(5);
    expect(await versions(database.db)).toEqual([{ scope: "lost", version: 0 }]);
  });

  it("says UNAVAILABLE when every connection is held, instead of waiting for ever, and goes on afterwards", async () => {
    const database = await open({ poolSize: 1, maxWaitMs: 50 });
    await database.transaction(async () => {
      await expect(database.ping()).rejects.toMatchObject(unavailable);
      await expect(database.transaction((tx) => versions(tx))).rejects.toMatchObject(unavailable);
    });
    await database.ping();
  });

  it("says UNAVAILABLE for a host that is not there", async () => {
    const database = await openDatabase({ url: "postgres://someone@127.0.0.1:1/nowhere", dataDir: "" });
    opened.push(database);
    await expect(database.ping()).rejects.toMatchObject(unavailable);
  });

  it.each([true, false])(
    "cuts a statement or an idle transaction that holds its locks too long (prepare: %s)",
    async (prepare) => {
      const database = await open({ prepare });
      const settings = await database.transaction((tx) =>
        selectRows<{ name: string; setting: string }>(
          tx,
          sql`select name, setting from pg_settings
            where name in ('statement_timeout', 'idle_in_transaction_session_timeout') order by name`,
        ),
      );
      expect(settings.map(({ setting }) => Number(setting))).toEqual([10_000, 15_000]);
    },
  );

  it.each([
    { prepare: true, kept: 1 },
    { prepare: false, kept: 0 },
  ])("keeps statements prepared on a connection only where it may (prepare: $prepare)", async ({ prepare, kept }) => {
    const database = await open({ prepare, poolSize: 1 });
    for (let run = 0; run < 3; run += 1) await database.db.execute(sql`select ${run}::int as kept_statement`);
    const [row] = await selectRows<{ count: number }>(
      database.db,
      sql`select count(*) as count from pg_prepared_statements where statement like 'select $1::int as kept_statement'`,
    );
    expect(row?.count).toBe(kept);
  });
});

import { randomUUID } from "node:crypto";
import type { RowChange, SyncChange } from "@tidemark/api/server";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type PostgresServer } from "../../testing/index.ts";
import { waitForLock } from "../../testing/locks.ts";
import type { Database } from "../engine/database.ts";
import { openDatabase } from "../engine/open-database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { createSyncStore } from "./sync-store.ts";

const inAMinute = () => new Date(Date.now() + 60_000).toISOString();

describe("what the sync store leaves out, where transactions run side by side", () => {
  let server: PostgresServer;
  let database: Database;
  const store = () => createSyncStore(database);
  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase({ url: await server.createDatabase(), dataDir: "", poolSize: 16 });
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  const put = (scope: string, id: string): RowChange => ({ scope, entity: "row", id, value: { id } });
  const gone = (scope: string, id: string): RowChange => ({ scope, entity: "row", id, value: null });
  const record = (...changes: readonly RowChange[]) => store().write((tx) => tx.recordChanges(changes));
  const versionsOf = (scope: string) =>
    store().read(async (snapshot) => (await snapshot.scopeVersions([scope])).get(scope));

  it("I8: never hides a deletion from a puller whose cursor still counts, however pruning and writing interleave", async () => {
    const scope = `prune:${randomUUID()}`;
    let isWriting = true;
    const writer = async (number: number) => {
      for (let turn = 0; turn < 40; turn += 1) {
        const id = `${number}/${turn % 5}`;
        await record(put(scope, id), put(scope, `${id} kept`));
        await record(gone(scope, id));
      }
    };
    const pruner = async () => {
      while (isWriting) await store().pruneDeletions(inAMinute());
    };
    const reader = async () => {
      const held = new Map<string, number>();
      let cursor = 0;
      let isLast = false;
      while (!isLast) {
        isLast = !isWriting;
        const { changes, versions } = await store().read(async (snapshot) => ({
          versions: (await snapshot.scopeVersions([scope])).get(scope) ?? { version: 0, prunedUntil: 0 },
          changes: await snapshot.changesAfter([{ scope, after: cursor, skipDeletionsUntil: 0 }], 10_000),
        }));
        // What the engine does: start over when deletions after the cursor are forgotten.
        if (versions.prunedUntil > cursor) {
          held.clear();
          cursor = 0;
          const position = { scope, after: 0, skipDeletionsUntil: versions.version };
          apply(held, await store().read((snapshot) => snapshot.changesAfter([position], 10_000)));
        } else {
          apply(held, changes);
        }
        cursor = versions.version;
      }
      return held;
    };
    const reading = [reader(), reader()];
    const pruning = pruner();
    await Promise.all(Array.from({ length: 6 }, (_, number) => writer(number)));
    isWriting = false;
    await pruning;
    const live = await store().read((snapshot) =>
      snapshot.changesAfter([{ scope, after: 0, skipDeletionsUntil: Infinity }], 10_000),
    );
    const expected = live.map(({ id }) => id).toSorted();
    expect(expected).toHaveLength(30);
    for (const held of await Promise.all(reading)) expect([...held.keys()].toSorted()).toEqual(expected);
  });

  it("passes over a deletion that a transaction has locked, and forgets it the next time", async () => {
    const scope = `busy:${randomUUID()}`;
    const [busy, free] = [randomUUID(), randomUUID()];
    await record(gone(scope, free), gone(scope, busy));
    await store().write(async (transaction) => {
      await transaction.lockRows([{ entity: "row", id: busy }]);
      await store().pruneDeletions(inAMinute());
      expect(await versionsOf(scope)).toEqual({ version: 2, prunedUntil: 1 });
      await transaction.recordChanges([gone(scope, busy)]);
    });
    await store().pruneDeletions(inAMinute());
    expect(await versionsOf(scope)).toEqual({ version: 3, prunedUntil: 3 });
  });

  it("keeps a row that comes to life while its scope is waited for", async () => {
    const scope = `reborn:${randomUUID()}`;
    const id = randomUUID();
    await record(gone(scope, id));
    let pruning: Promise<number> | undefined;
    await store().write(async (transaction) => {
      await transaction.recordChanges([put(scope, id)]);
      pruning = store().pruneDeletions(inAMinute());
      await waitForLock(database.db);
    });
    await pruning;
    expect(await versionsOf(scope)).toEqual({ version: 2, prunedUntil: 0 });
    expect(await store().write((transaction) => transaction.lockRows([{ entity: "row", id }]))).toMatchObject([
      { value: { id } },
    ]);
  });

  it("shows the row that the one before committed to a transaction that waited for it", async () => {
    const scope = `locked:${randomUUID()}`;
    const id = randomUUID();
    await record(put(scope, id));
    let waiting: Promise<unknown> | undefined;
    const author = { deviceId: null, userId: randomUUID() };
    await store().write(async (transaction) => {
      await transaction.lockRows([{ entity: "row", id }]);
      waiting = store().write((other) => other.lockRows([{ entity: "row", id }]));
      await waitForLock(database.db);
      await transaction.recordChanges([{ ...put(scope, id), value: { id, n: 2 }, marks: { n: author } }]);
    });
    expect(await waiting).toEqual([
      { scope, entity: "row", id, value: { id, n: 2 }, marks: { n: { ...author, version: 2 } } },
    ]);
  });

  it("gives two operators who run parked operations at once different ones", async () => {
    const parked = [1, 2].map((seq) => ({
      userId: randomUUID(),
      deviceId: "device",
      operation: { id: randomUUID(), seq, name: "todo.add", args: {}, at: "2026-01-01T00:00:00.000Z" },
      reason: "TypeError",
    }));
    await store().write((transaction) => transaction.parkOperations(parked));
    await store().write(async (first) => {
      expect(await first.takeParked(undefined)).toMatchObject({ seq: 1 });
      expect(await store().write((second) => second.takeParked(undefined))).toMatchObject({ seq: 2 });
    });
  });

  it("reads no more of a large index than a window, a row or a prunable deletion needs", async () => {
    const own = await openDatabase({ url: await server.createDatabase(), dataDir: "", poolSize: 1 });
    await own.db.execute(sql`
      insert into sync_changes (scope, entity, entity_id, version, value)
      select 'large', case when n % 10 = 0 then 'message' else 'stroke' end, 'id ' || n, n, '{}'
      from generate_series(1, 20000) as n`);
    await own.db.execute(sql`insert into sync_scopes (scope, version) values ('large', 20000)`);
    await own.db.execute(sql`analyze sync_changes`);
    const ownStore = createSyncStore(own);
    const window = { scope: "large", entity: "message", rows: 50, upTo: 20_000 };
    const runs = [
      () => ownStore.read((snapshot) => snapshot.windowStarts([window])),
      () => ownStore.write((transaction) => transaction.lockRows([{ entity: "stroke", id: "id 7" }])),
      () => ownStore.pruneDeletions(inAMinute()),
    ];
    for (const run of runs) {
      // Postgres plans a prepared statement anew for its first five runs, then may settle for one plan.
      for (let turn = 0; turn < 8; turn += 1) await run();
      const before = await countReads(own);
      await run();
      expect((await countReads(own)) - before).toBeLessThan(100);
    }
    expect(await runs[0]?.()).toEqual([19_500]);
    await own.close();
  });

  async function countReads({ db }: Database): Promise<number> {
    await db.execute(sql`select pg_stat_force_next_flush()`);
    const [row] = await selectRows<{ reads: number }>(
      db,
      sql`select (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as reads
          from pg_stat_user_tables where relname = 'sync_changes'`,
    );
    return row?.reads ?? 0;
  }
});

function apply(held: Map<string, number>, changes: readonly SyncChange[]): void {
  for (const { id, version, value } of changes) {
    if (value === null) held.delete(id);
    else held.set(id, version);
  }
}

import type { SyncChange } from "@tidemark/api/server";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type PostgresServer } from "../../testing/index.ts";
import type { Database } from "../engine/database.ts";
import { openDatabase } from "../engine/open-database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { createSyncStore } from "./sync-store.ts";

const WRITERS = 16;
const TRANSACTIONS = 25;

describe("the sync store of two nodes on one Postgres", () => {
  let server: PostgresServer;
  let nodes: readonly [Database, Database];
  beforeAll(async () => {
    server = await startPostgres();
    const options = { url: await server.createDatabase(), dataDir: "", poolSize: WRITERS };
    nodes = [await openDatabase(options), await openDatabase(options)];
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await server.close();
  });

  it("I8: gives 16 writers gapless versions in commit order, and no reader ever passes a row that commits later", async () => {
    const stores = nodes.map(createSyncStore);
    const scopes = ["hot:b", "hot:a"];
    const writer = async (number: number) => {
      for (let turn = 0; turn < TRANSACTIONS; turn += 1) {
        const changes = scopes.map((scope) => ({
          scope,
          entity: "row",
          id: `${number}/${turn}`,
          value: { number, turn },
        }));
        await stores[number % 2]?.write(async ({ tx, recordChanges }) => {
          // Transactions that take their time between their first statement and their versions are the ones that skip.
          await tx.execute(sql`select pg_sleep(random() * 0.002)`);
          await recordChanges(turn % 2 === 0 ? changes : changes.toReversed());
        });
      }
    };
    const seen: SyncChange[] = [];
    const versions = new Map(scopes.map((scope) => [scope, 0]));
    const pull = async () => {
      const positions = scopes.map((scope) => ({ scope, after: versions.get(scope) ?? 0, skipDeletionsUntil: 0 }));
      const changes = await stores[0]?.read((snapshot) => snapshot.changesAfter(positions, 100));
      for (const change of changes ?? []) {
        expect(change.version).toBe((versions.get(change.scope) ?? 0) + 1);
        versions.set(change.scope, change.version);
        seen.push(change);
      }
    };

    let isWriting = true;
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
    const done = writing.finally(() => (isWriting = false));
    while (isWriting) await pull();
    await done;
    for (let before = -1; before < seen.length;) {
      before = seen.length;
      await pull();
    }
    expect(seen).toHaveLength(WRITERS * TRANSACTIONS * scopes.length);
    const inHotA = seen.filter(({ scope }) => scope === "hot:a").map(({ id }) => id);
    for (let number = 0; number < WRITERS; number += 1) {
      const own = inHotA.filter((id) => id.startsWith(`${number}/`));
      expect(own, "a writer's transactions in the order they committed").toEqual(
        Array.from({ length: TRANSACTIONS }, (_, turn) => `${number}/${turn}`),
      );
    }
  });

  it("holds a scope from its versions to the commit, and no other scope", async () => {
    const [left, right] = [createSyncStore(nodes[0]), createSyncStore(nodes[1])];
    const change = (scope: string) => ({ scope, entity: "row", id: "x", value: { scope } });
    const events: string[] = [];
    let waiting: Promise<unknown> | undefined;
    await left.write(async ({ recordChanges }) => {
      await recordChanges([change("held")]);
      waiting = right.write((other) => other.recordChanges([change("held")])).then(() => events.push("second"));
      await right.write((other) => other.recordChanges([change("free")]));
      events.push("first is about to commit");
    });
    await waiting;
    expect(events).toEqual(["first is about to commit", "second"]);
  });

  it("stops reading at the limit, however many scopes and changes lie behind", async () => {
    // One connection, because a connection tells its statistics only when it is asked itself.
    const database = await openDatabase({ url: await server.createDatabase(), dataDir: "", poolSize: 1 });
    await database.db.execute(sql`
      insert into sync_changes (scope, entity, entity_id, version, value)
      select 'plan:' || scope, 'row', id, id, '{}'
      from generate_series(1, 200) as scope, generate_series(1, 100) as id`);
    await database.db.execute(sql`analyze sync_changes`);
    const positions = Array.from({ length: 200 }, (_, index) => {
      return { scope: `plan:${index + 1}`, after: 0, skipDeletionsUntil: 0 };
    });
    const pull = () => createSyncStore(database).read((snapshot) => snapshot.changesAfter(positions, 50));
    // Postgres plans a prepared statement anew for its first five runs, then may settle for one plan.
    for (let run = 0; run < 8; run += 1) await pull();
    const before = await countReads(database);
    const page = await pull();
    const reads = (await countReads(database)) - before;
    expect(page.map(({ scope }) => scope)).toEqual(Array.from({ length: 50 }, () => "plan:1"));
    expect(reads).toBeGreaterThanOrEqual(50);
    expect(reads).toBeLessThan(500);
    await database.close();
  });

  /** How many rows of the change index were read so far. */
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

import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type PostgresServer } from "../../testing/index.ts";
import type { Database } from "../engine/database.ts";
import { openDatabase } from "../engine/open-database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { createSyncStore } from "./sync-store.ts";

describe("confirmations of many devices at once", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());
  const open = async (poolSize: number) => openDatabase({ url: await server.createDatabase(), dataDir: "", poolSize });
  const newDevices = async ({ db }: Database, count: number, verdicts: number) => {
    const ids = Array.from({ length: count }, () => randomUUID());
    const list = JSON.stringify(ids);
    await db.execute(sql`
      insert into sync_devices (device_id, user_id, last_seq)
      select id, id, ${verdicts}::bigint from json_array_elements_text(${list}::text::json) as id`);
    await db.execute(sql`
      insert into sync_verdicts (device_id, seq, user_id, operation_id, verdict, is_first)
      select id, seq, id, seq, '{}', true
      from json_array_elements_text(${list}::text::json) as id, generate_series(1, ${verdicts}::bigint) as seq`);
    return ids;
  };
  const verdictsOf = ({ db }: Database, deviceIds: readonly string[]) =>
    selectRows<{ deviceId: string; seqs: string }>(
      db,
      sql`
        select device_id as "deviceId", string_agg(seq::text, ' ' order by seq) as seqs from sync_verdicts
        where device_id in (select json_array_elements_text(${JSON.stringify(deviceIds)}::text::json)) group by 1`,
    );

  it("each take effect, whoever they travel with, and the furthest of one device wins", async () => {
    const database = await open(4);
    const store = createSyncStore(database);
    const deviceIds = await newDevices(database, 30, 3);
    await Promise.all(deviceIds.flatMap((deviceId) => [2, 1].map((ackSeq) => store.acknowledge({ deviceId, ackSeq }))));
    const left = await verdictsOf(database, deviceIds);
    expect(left.map(({ seqs }) => seqs)).toEqual(deviceIds.map(() => "3"));
    await database.close();
  });

  it("do not wait for a device that a push holds, whose own confirmation counts the next time", async () => {
    const database = await open(4);
    const store = createSyncStore(database);
    const [busy = "", free = ""] = await newDevices(database, 2, 1);
    const confirm = () => Promise.all([busy, free].map((deviceId) => store.acknowledge({ deviceId, ackSeq: 1 })));
    await store.write(async (transaction) => {
      await transaction.lockDevices([busy]);
      await confirm();
      expect((await verdictsOf(database, [busy, free])).map(({ deviceId }) => deviceId)).toEqual([busy]);
    });
    await confirm();
    expect(await verdictsOf(database, [busy, free])).toEqual([]);
    await database.close();
  });

  it("tell a failure to those who travelled with it, and to nobody after them", async () => {
    const database = await open(4);
    const store = createSyncStore(database);
    const [deviceId = ""] = await newDevices(database, 1, 1);
    await database.db.execute(sql`alter table sync_verdicts rename to sync_verdicts_away`);
    const failed = [1, 2].map(() => store.acknowledge({ deviceId, ackSeq: 1 }));
    for (const { status } of await Promise.allSettled(failed)) expect(status).toBe("rejected");
    await database.db.execute(sql`alter table sync_verdicts_away rename to sync_verdicts`);
    await store.acknowledge({ deviceId, ackSeq: 1 });
    expect(await verdictsOf(database, [deviceId])).toEqual([]);
    await database.close();
  });

  it("and pushes look rows up by key, also by a plan that was made while the tables were empty", async () => {
    // One connection, because a connection keeps its plans and tells its statistics only when it is asked itself.
    const database = await open(1);
    const store = createSyncStore(database);
    const push = (deviceId: string) =>
      store.write(async (transaction) => {
        await transaction.lockDevices([deviceId]);
        await transaction.findVerdicts({
          bySeq: [{ deviceId, seq: 1 }],
          byOperation: [{ userId: deviceId, operationId: "1" }],
        });
        await transaction.saveVerdicts(
          [],
          [{ deviceId, lastSeq: 9, ackSeq: undefined, pending: 0, contract: undefined }],
        );
      });
    const use = async (deviceId: string) => {
      await push(deviceId);
      await store.acknowledge({ deviceId, ackSeq: 1 });
    };
    for (let turn = 0; turn < 8; turn += 1) await use(randomUUID());
    const [deviceId = ""] = await newDevices(database, 2_000, 5);
    const before = await countReads(database);
    await use(deviceId);
    expect((await countReads(database)) - before).toBeLessThan(100);
    await database.close();
  });

  async function countReads({ db }: Database): Promise<number> {
    await db.execute(sql`select pg_stat_force_next_flush()`);
    const [row] = await selectRows<{ reads: number }>(
      db,
      sql`
        select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as reads
        from pg_stat_user_tables where relname in ('sync_devices', 'sync_verdicts')`,
    );
    return row?.reads ?? 0;
  }
});

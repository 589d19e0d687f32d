import { randomUUID } from "node:crypto";
import { lessonScope } from "@tidemark/api/server";
import { openDatabase, type Database } from "@tidemark/db";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  countTo,
  createReader,
  messagePush,
  openNodesOnPostgres,
  statusesOf,
  versionsByScope,
  writeSchool,
  type Nodes,
} from "./harness/nodes.ts";

let nodes: Nodes;
let rival: Database;
beforeAll(async () => {
  const opened = await openNodesOnPostgres();
  nodes = opened;
  rival = await openDatabase({ url: opened.url, dataDir: "" });
});
afterAll(async () => {
  await rival.close();
  await nodes.close();
});

test.each([
  { failure: "a serialization failure", code: "40001" },
  { failure: "a deadlock", code: "40P01" },
])("I2: $failure under a push is tried again and has one effect", async ({ code }) => {
  const { userIds, lessonIds } = await writeSchool(nodes.next(), { people: 1, lessons: 1 });
  const [userId = ""] = userIds;
  const [lessonId = ""] = lessonIds;
  // A sequence is not rolled back: the first two transactions fail, the third one passes.
  await rival.db.execute(sql`create sequence failures`);
  await rival.db.execute(
    sql.raw(`
    create function fail_twice() returns trigger language plpgsql as $$
      begin
        if nextval('failures') <= 2 then raise exception 'injected' using errcode = '${code}'; end if;
        return new;
      end $$`),
  );
  await rival.db.execute(sql`
    create trigger fail_twice before insert on sync_changes for each row execute function fail_twice()`);
  const input = messagePush({ deviceId: randomUUID(), seq: 1 }, { lessonId, text: "once" });
  try {
    expect(statusesOf(await nodes.next().engine.push({ id: userId }, input))).toEqual(["applied"]);
  } finally {
    await rival.db.execute(sql`drop function fail_twice cascade`);
    await rival.db.execute(sql`drop sequence failures`);
  }
  expect(statusesOf(await nodes.next().engine.push({ id: userId }, input))).toEqual(["duplicate"]);
  const reader = createReader(nodes, userId);
  await reader.pull();
  expect(reader.changes.map(({ version, value }) => [version, value?.["text"]])).toEqual([[1, "once"]]);
});

test("I2 I8: pushes that run into the locks of a rival session, deadlocks among them, have one effect each", async () => {
  const { userIds, lessonIds } = await writeSchool(nodes.next(), { people: 1, lessons: 1 });
  const [userId = ""] = userIds;
  const [lessonId = ""] = lessonIds;
  const scope = lessonScope(lessonId);
  const deviceId = randomUUID();
  const push = (seq: number) =>
    nodes.next().engine.push({ id: userId }, messagePush({ deviceId, seq }, { lessonId, text: String(seq) }));
  await push(1);

  const rounds = countTo(4).map((round) => round + 1);
  for (const seq of rounds) {
    let pushing: Promise<unknown> | undefined;
    const rivalry = rival.transaction(async (tx) => {
      await tx.execute(sql`select 1 from sync_scopes where scope = ${scope} for update`);
      // Once only: the rival's own transaction may be the deadlock's victim and run again.
      pushing ??= push(seq);
      await untilSomeoneWaits(seq);
      await tx.execute(sql`select 1 from sync_devices where device_id = ${deviceId} for update`);
    });
    await rivalry;
    expect(await pushing).toMatchObject({ lastSeq: seq });
  }
  const reader = createReader(nodes, userId);
  while ((await reader.pull()) > 0);
  expect(versionsByScope(reader.changes)).toEqual(new Map([[scope, countTo(rounds.length + 1)]]));

  /** Resolves when the push waits for a lock, or has got past the rival. */
  async function untilSomeoneWaits(seq: number): Promise<void> {
    for (;;) {
      const waiting = await nodes.next().database.db.execute(sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        union all
        select 1 from sync_devices where device_id = ${deviceId} and last_seq >= ${seq}`);
      if (Array.isArray(waiting) && waiting.length > 0) return;
    }
  }
});

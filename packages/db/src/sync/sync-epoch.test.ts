import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import type { Database } from "../engine/database.ts";
import { migrateDatabase } from "../migrate-database.ts";
import { ensureEpoch, readEpoch, renewEpoch } from "./sync-epoch.ts";
import { syncEpoch } from "./sync-tables.ts";

describeOnEveryDatabase("the epoch", (context) => {
  let database: Database;
  beforeAll(async () => {
    database = await context.open();
  });
  const stored = async () => (await database.db.select().from(syncEpoch))[0];
  const pretend = (identity: Partial<typeof syncEpoch.$inferSelect>) =>
    database.db.update(syncEpoch).set(identity).where(eq(syncEpoch.singleton, true));

  it("S35: is written with the identity of its database, and stays as long as that does", async () => {
    const first = await stored();
    expect(first).toMatchObject({ systemIdentifier: expect.stringMatching(/^\d{10,}$/), timeline: 1 });
    await migrateDatabase(database);
    expect(await stored()).toEqual(first);
  });

  it.each([
    ["another cluster", { systemIdentifier: "7000000000000000001" }],
    ["another timeline of it", { timeline: 7 }],
  ])("S35: is renewed when the rows come from %s, once", async (_name, identity) => {
    const first = await stored();
    await pretend(identity);
    await migrateDatabase(database);
    const second = await stored();
    expect(second).toEqual({ ...first, epoch: expect.any(String) });
    expect(second?.epoch).not.toBe(first?.epoch);
    await migrateDatabase(database);
    expect(await stored()).toEqual(second);
  });

  it("stays where no identity was known before, and that is known from then on", async () => {
    const first = await stored();
    await pretend({ systemIdentifier: null, timeline: null });
    await migrateDatabase(database);
    expect(await stored()).toEqual(first);
  });

  it("S35: is renewed by an operator, every time", async () => {
    const before = await readEpoch(database.db);
    const renewed = await renewEpoch(database);
    expect(renewed).not.toBe(before);
    expect(await readEpoch(database.db)).toBe(renewed);
    expect(await renewEpoch(database)).not.toBe(renewed);
  });

  it("says what to do where there is none", async () => {
    await database.db.delete(syncEpoch);
    await expect(readEpoch(database.db)).rejects.toThrow("run its migrations");
    await expect(renewEpoch(database)).rejects.toThrow("run its migrations");
    await migrateDatabase(database);
    expect(await readEpoch(database.db)).toBe((await stored())?.epoch);
  });

  if (context.kind === "pglite") return;
  it("does without the identity where the role may not ask for it", async () => {
    const first = await stored();
    const undo = new Error("undo");
    const asking = database.transaction(async (tx) => {
      await tx.execute(sql`
        do $$ begin
          create role tidemark_curious;
          grant usage on schema public to tidemark_curious;
          grant all on sync_epoch to tidemark_curious;
          revoke execute on function pg_control_system(), pg_walfile_name(pg_lsn) from public;
          set local role tidemark_curious;
        end $$`);
      await ensureEpoch(tx);
      expect(await tx.select().from(syncEpoch)).toEqual([first]);
      throw undo;
    });
    await expect(asking).rejects.toBe(undo);
  });
});

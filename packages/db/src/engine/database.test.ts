import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { createUserStore } from "../auth/user-store.ts";
import type { Database, DatabaseHandle } from "./database.ts";
import { openDatabase } from "./open-database.ts";
import { selectRows } from "./raw-rows.ts";

describeOnEveryDatabase("a database", (context) => {
  const users = createUserStore();
  let database: Database;
  beforeAll(async () => {
    database = await context.open();
  });

  const newUser = () => {
    const id = randomUUID();
    return { id, email: `${id}@example.org`, name: "Ada", passwordHash: "secret-hash" };
  };
  const countUsers = async (db: DatabaseHandle): Promise<number> => {
    const [row] = await selectRows<{ count: number }>(db, sql`select count(*) as count from users`);
    return row?.count ?? -1;
  };

  it("I5: keeps nothing of a transaction whose work throws, and throws the very same error", async () => {
    const failure = new RangeError("the work failed");
    const user = newUser();
    const work = database.transaction(async (tx) => {
      await users.insert(tx, user);
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await users.findById(database.db, user.id)).toBeUndefined();
  });

  it("I5: never lets a statement outside a transaction join one that is open", async () => {
    const user = newUser();
    let outside: Promise<unknown> | undefined;
    await database.transaction(async (tx) => {
      await users.insert(tx, user);
      outside = users.findById(database.db, user.id);
      // Where there are several connections the statement answers now; where there is one it must wait.
      if (context.kind === "postgres") expect(await outside).toBeUndefined();
      await users.findById(tx, user.id);
    });
    expect(await outside).toEqual(context.kind === "postgres" ? undefined : user);
  });

  it("runs transactions that are begun at once one after another, or side by side, and commits each", async () => {
    const before = await countUsers(database.db);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        database.transaction(async (tx) => {
          await users.insert(tx, newUser());
          await users.insert(tx, newUser());
        }),
      ),
    );
    expect(await countUsers(database.db)).toBe(before + 40);
  });

  it("I5: shows a snapshot as it was when it began, and lets nothing be written in it", async () => {
    await database.transaction(
      async (tx) => {
        const before = await countUsers(tx);
        if (context.kind === "postgres") await users.insert(database.db, newUser());
        expect(await countUsers(tx)).toBe(before);
      },
      { snapshot: true },
    );
    const write = database.transaction((tx) => users.insert(tx, newUser()), { snapshot: true });
    await expect(write).rejects.toMatchObject({ code: "25006" });
  });

  it("reads a bigint as a number and a time in UTC with six decimals", async () => {
    const [row] = await selectRows<{ big: number; zone: string }>(
      database.db,
      sql`select 9007199254740991::bigint as big, current_setting('TimeZone') as zone`,
    );
    expect(row).toEqual({ big: Number.MAX_SAFE_INTEGER, zone: "UTC" });
  });

  it("throws the database's own error for a refused statement, without its parameters", async () => {
    const user = newUser();
    await users.insert(database.db, user);
    const failure: unknown = await users
      .insert(database.db, { ...user, email: "other@example.org" })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "23505" });
    expect(JSON.stringify(failure) + String(failure)).not.toContain(user.passwordHash);
  });

  it("S35 I1: is away once it is closed, and opened again has what was committed, and the same epoch", async () => {
    const options = await context.create();
    const user = newUser();
    const readEpoch = (db: DatabaseHandle) => selectRows<{ epoch: string }>(db, sql`select epoch from sync_epoch`);
    const first = await openDatabase(options);
    await users.insert(first.db, user);
    const epoch = await readEpoch(first.db);
    await first.ping();
    await first.close();
    const away = { code: "UNAVAILABLE", retryAfterSeconds: 1 };
    await expect(first.ping()).rejects.toMatchObject(away);
    await expect(first.transaction((tx) => readEpoch(tx))).rejects.toMatchObject(away);
    const second = await openDatabase(options);
    expect(await users.findById(second.db, user.id)).toEqual(user);
    expect(await readEpoch(second.db)).toEqual(epoch);
    await second.close();
  });
});

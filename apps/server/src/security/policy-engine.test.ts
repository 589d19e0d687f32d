import {
  createChatStore,
  createLessonStore,
  createSyncStore,
  createUserStore,
  openDatabase,
  type Database,
  type DatabaseHandle,
} from "@tidemark/db";
import { startPostgres, type PostgresServer } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createChatRules } from "../features/chat/chat-rules.ts";
import { demoLesson, demoUsers } from "../features/demo/demo-school.ts";
import { seedDemo, type SeedDemoDeps } from "../features/demo/seed-demo.ts";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { createPolicyEngine, type PolicyEngine } from "./policy-engine.ts";

const lessonId = demoLesson.id;
const student = { id: demoUsers[1].id };

// On real Postgres: PGlite has one connection and shows no race.
describe("policy inside a transaction", () => {
  let postgres: PostgresServer;
  let database: Database;
  let policy: PolicyEngine;
  const lessons = createLessonStore();
  const membership = vi.spyOn(lessons, "membership");
  const authorize = (tx: DatabaseHandle) =>
    policy.authorize({ tx, user: student, operation: "chat.send", args: { lessonId } });
  const seed = (deps: Partial<SeedDemoDeps> = {}) =>
    seedDemo({
      database,
      syncStore: createSyncStore(database),
      users: createUserStore(),
      lessons,
      messages: createChatStore(),
      clock: createManualClock(0),
      hashPassword: async () => "hash",
      ...deps,
    });

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  beforeEach(async () => {
    database = await openDatabase({ url: await postgres.createDatabase(), dataDir: "" });
    policy = createPolicyEngine({
      memberships: lessons,
      rules: createChatRules(createChatStore()),
      countDecision: () => undefined,
    });
    await seed();
    membership.mockClear();
    return () => database.close();
  });
  afterAll(() => postgres.close());

  it("S9 I7: a removal waits until what the membership allowed has committed", async () => {
    const events: string[] = [];
    let removal: Promise<unknown> | undefined;
    await database.transaction(async (tx) => {
      expect(await authorize(tx)).toEqual({ allowed: true });
      removal = lessons
        .removeParticipant(database.db, { lessonId, userId: student.id })
        .then(() => events.push("removed"));
      // Not by `tx`: a transaction sees one picture of what others wait for.
      const waiting = database.db
        .select({ count: sql<number>`count(*)::float8` })
        .from(sql`pg_stat_activity`)
        .where(sql`wait_event_type = 'Lock' and datname = current_database()`);
      await expect.poll(async () => await waiting).toEqual([{ count: 1 }]);
      events.push("written");
    });
    await removal;
    expect(events).toEqual(["written", "removed"]);
  });

  it("is read once for all operations of a transaction, and afresh in the next", async () => {
    await database.transaction(async (tx) => {
      expect(await authorize(tx)).toEqual({ allowed: true });
      expect(await authorize(tx)).toEqual({ allowed: true });
    });
    expect(membership).toHaveBeenCalledTimes(1);
    await lessons.removeParticipant(database.db, { lessonId, userId: student.id });
    expect(await database.transaction(authorize)).toMatchObject({ allowed: false, code: "NOT_FOUND" });
  });

  it("refuses an operation that nobody registered a rule for", async () => {
    const request = { user: student, operation: "chat.shout", args: {} };
    await expect(database.transaction((tx) => policy.authorize({ tx, ...request }))).rejects.toThrow("no policy rule");
  });

  it("finds the demo school seeded once, though two processes seeded it at once", async () => {
    const url = await postgres.createDatabase();
    const [one, two] = await Promise.all([openDatabase({ url, dataDir: "" }), openDatabase({ url, dataDir: "" })]);
    try {
      const outcomes = await Promise.all(
        [one, two].map((node) => seed({ database: node, syncStore: createSyncStore(node) })),
      );
      expect(outcomes.filter((outcome) => outcome === "seeded")).toHaveLength(1);
      expect(await lessons.participants(one.db, lessonId)).toHaveLength(3);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });
});

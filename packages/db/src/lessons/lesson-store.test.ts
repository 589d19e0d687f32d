import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { insertLesson, insertPerson } from "../../testing/people.ts";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { createLessonStore } from "./lesson-store.ts";

describeOnEveryDatabase("the lesson store", (context) => {
  const lessons = createLessonStore();
  let database: Database;
  let db: DatabaseHandle;
  beforeAll(async () => {
    database = await context.open();
    ({ db } = database);
  });

  it("lists a person's lessons and no others, soonest first, page by page without a gap or a repetition", async () => {
    const [userId, otherId] = [await insertPerson(db), await insertPerson(db)];
    const times = [
      "2026-11-22T10:00:00Z",
      "2026-11-22T10:00:00Z",
      "2026-11-22T10:00:00.000001Z",
      "2026-11-21T00:00:00+02:00",
    ];
    const ids: string[] = [];
    for (const startsAt of times) ids.push(await insertLesson(db, { startsAt, userIds: [userId, otherId] }));
    await insertLesson(db, { userIds: [otherId] });

    const all = await lessons.listForUser(db, { userId, limit: 100 });
    expect(all.map(({ startsAt }) => startsAt)).toEqual([
      "2026-11-20T22:00:00.000000Z",
      "2026-11-22T10:00:00.000000Z",
      "2026-11-22T10:00:00.000000Z",
      "2026-11-22T10:00:00.000001Z",
    ]);
    expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(all[0]).toEqual({
      id: ids[3],
      title: "Algebra",
      startsAt: "2026-11-20T22:00:00.000000Z",
      role: "participant",
    });

    const paged: typeof all = [];
    for (;;) {
      const after = paged.at(-1);
      const page = await lessons.listForUser(db, { userId, limit: 1, ...(after && { after }) });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(all);
  });

  it("finds a lesson for those in it; for others it is as if it did not exist", async () => {
    const userId = await insertPerson(db);
    const lessonId = await insertLesson(db, { userIds: [userId] });
    expect(await lessons.findForUser(db, { lessonId, userId })).toMatchObject({ id: lessonId, role: "participant" });
    expect(await lessons.findForUser(db, { lessonId, userId: await insertPerson(db) })).toBeUndefined();
    expect(await lessons.findForUser(db, { lessonId: randomUUID(), userId })).toBeUndefined();
  });

  it("answers everyone in the lesson with their names", async () => {
    const userIds = [await insertPerson(db, "Grace"), await insertPerson(db, "Ada")];
    const lessonId = await insertLesson(db, { userIds });
    const people = await lessons.participants(db, lessonId);
    expect(people.map(({ name, userId, role }) => [name, userId, role])).toEqual([
      ["Ada", userIds[1], "participant"],
      ["Grace", userIds[0], "participant"],
    ]);
    expect(people.every((person) => person.lessonId === lessonId)).toBe(true);
  });

  it("I7: gives a membership that was lost and regained another grant number", async () => {
    const userId = await insertPerson(db);
    const lessonId = await insertLesson(db);
    const join = () => lessons.addParticipant(db, { id: randomUUID(), lessonId, userId, role: "host" });
    const first = await join();
    expect(await lessons.membership(db, { lessonId, userId })).toEqual(first);
    expect(await lessons.membershipsOf(db, userId)).toEqual([{ lessonId, grant: first?.grant }]);
    expect(await join()).toBeUndefined();

    expect(await lessons.removeParticipant(db, { lessonId, userId })).toBe(true);
    expect(await lessons.removeParticipant(db, { lessonId, userId })).toBe(false);
    expect(await lessons.membership(db, { lessonId, userId })).toBeUndefined();
    const second = await join();
    expect(second?.grant).toBeGreaterThan(first?.grant ?? Infinity);
  });

  it("refuses a role that does not exist", async () => {
    const userId = await insertPerson(db);
    const lessonId = await insertLesson(db);
    const join = lessons.addParticipant(db, { id: randomUUID(), lessonId, userId, role: "owner" as "host" });
    await expect(join).rejects.toMatchObject({ code: "23514" });
  });

  if (context.kind === "pglite") return;
  describe("where transactions run side by side", () => {
    it("I7: holds a removal back until a transaction that relied on the membership has ended", async () => {
      const userId = await insertPerson(db);
      const lessonId = await insertLesson(db, { userIds: [userId] });
      const events: string[] = [];
      let removal: Promise<unknown> | undefined;
      await database.transaction(async (tx) => {
        expect(await lessons.membership(tx, { lessonId, userId }, { lock: true })).toBeDefined();
        removal = lessons.removeParticipant(db, { lessonId, userId }).then(() => events.push("removed"));
        // Reading on is possible meanwhile, for this transaction and for others.
        for (let read = 0; read < 20; read += 1) await lessons.membership(db, { lessonId, userId });
        expect(await lessons.membership(tx, { lessonId, userId })).toBeDefined();
        events.push("about to commit");
      });
      await removal;
      expect(events).toEqual(["about to commit", "removed"]);
    });
  });
});

import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
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
      tags: [],
      description: "",
      cancelledAt: null,
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

  it("changes what it is told and nothing else, and answers the whole lesson", async () => {
    const id = await insertLesson(db);
    const before = {
      id,
      title: "Algebra",
      startsAt: "2026-11-22T10:00:00.000000Z",
      tags: [],
      description: "",
      cancelledAt: null,
    };
    expect(await lessons.find(db, id)).toEqual(before);
    const tags = ['plain, "quoted"', "back\\slash", "{brace}", "null", "", "é 😀"];
    expect(await lessons.update(db, { id, tags })).toEqual({ ...before, tags });
    expect(await lessons.update(db, { id, title: "Geometry", description: "Bring a ruler." })).toEqual({
      ...before,
      tags,
      title: "Geometry",
      description: "Bring a ruler.",
      cancelledAt: null,
    });
    expect(await lessons.update(db, { id, startsAt: "2026-11-22T12:00:00+01:00", tags: [] })).toMatchObject({
      startsAt: "2026-11-22T11:00:00.000000Z",
      tags: [],
    });
    expect(await lessons.update(db, { id })).toMatchObject({ title: "Geometry" });
    expect(await lessons.find(db, id, { lock: true })).toMatchObject({ title: "Geometry" });
  });

  it("does not make a lesson by changing one that does not exist", async () => {
    expect(await lessons.update(db, { id: randomUUID(), title: "Geometry" })).toBeUndefined();
    expect(await lessons.update(db, { id: randomUUID() })).toBeUndefined();
  });

  it("makes a lesson of an id once, and leaves the one that exists as it is", async () => {
    const lesson = { id: randomUUID(), title: "Algebra", startsAt: "2026-11-22T10:00:00.000000Z" };
    const stored = { ...lesson, tags: [], description: "", cancelledAt: null };
    expect(await lessons.insertIfAbsent(db, lesson)).toEqual(stored);
    expect(await lessons.insertIfAbsent(db, { ...lesson, title: "Geometry" })).toBeUndefined();
    expect(await lessons.find(db, lesson.id)).toEqual(stored);
  });

  it("keeps a new lesson's tags and description", async () => {
    const lesson = { id: randomUUID(), title: "Algebra", startsAt: "2026-11-22T10:00:00.000000Z" };
    const described = { ...lesson, tags: ["maths"], description: "Linear equations.", cancelledAt: null };
    expect(await lessons.insert(db, described)).toEqual(described);
    expect(await lessons.find(db, lesson.id)).toEqual(described);
  });
});

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { waitForLock } from "../../testing/locks.ts";
import { insertLesson, insertPerson } from "../../testing/people.ts";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { createLessonStore } from "./lesson-store.ts";
import type { LessonAndUser } from "./participant-store.ts";

describeOnEveryDatabase("the people in lessons", (context) => {
  const lessons = createLessonStore();
  let database: Database;
  let db: DatabaseHandle;
  beforeAll(async () => {
    database = await context.open();
    ({ db } = database);
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

    expect(await lessons.removeParticipant(db, { lessonId, userId })).toMatchObject({ userId, role: "host" });
    expect(await lessons.removeParticipant(db, { lessonId, userId })).toBeUndefined();
    expect(await lessons.membership(db, { lessonId, userId })).toBeUndefined();
    const second = await join();
    expect(second?.grant).toBeGreaterThan(first?.grant ?? Infinity);
  });

  it("answers one person's places in all lessons, by lesson, with their name", async () => {
    const [userId, otherId] = [await insertPerson(db, "Ada"), await insertPerson(db, "Grace")];
    const lessonIds = [
      await insertLesson(db, { userIds: [userId, otherId] }),
      await insertLesson(db, { userIds: [userId] }),
    ];
    await insertLesson(db, { userIds: [otherId] });
    const places = await database.transaction((tx) => lessons.lockParticipantsOf(tx, userId));
    expect(places).toMatchObject(lessonIds.toSorted().map((lessonId) => ({ lessonId, userId, name: "Ada" })));
  });

  it("refuses a role that does not exist", async () => {
    const userId = await insertPerson(db);
    const lessonId = await insertLesson(db);
    const join = lessons.addParticipant(db, { id: randomUUID(), lessonId, userId, role: "owner" as "host" });
    await expect(join).rejects.toMatchObject({ code: "23514" });
  });

  it("changes one person's role, keeps their grant number and answers the whole row", async () => {
    const [userId, otherId] = [await insertPerson(db, "Ada"), await insertPerson(db, "Grace")];
    const lessonId = await insertLesson(db, { userIds: [userId, otherId] });
    const otherLessonId = await insertLesson(db, { userIds: [userId] });
    const before = await lessons.membership(db, { lessonId, userId });
    const changed = await lessons.setRole(db, { lessonId, userId, role: "viewer" });
    expect(changed).toEqual({ id: expect.any(String), lessonId, userId, name: "Ada", role: "viewer" });
    expect(await lessons.participant(db, { lessonId, userId })).toEqual(changed);
    expect(await lessons.lockMembership(db, { lessonId, userId })).toEqual({ role: "viewer", grant: before?.grant });
    expect(await lessons.membership(db, { lessonId, userId: otherId })).toMatchObject({ role: "participant" });
    expect(await lessons.membership(db, { lessonId: otherLessonId, userId })).toMatchObject({ role: "participant" });
  });

  it("changes and removes nobody who is not in the lesson", async () => {
    const stranger = { lessonId: await insertLesson(db), userId: await insertPerson(db) };
    expect(await lessons.setRole(db, { ...stranger, role: "host" })).toBeUndefined();
    expect(await lessons.removeParticipant(db, stranger)).toBeUndefined();
    expect(await lessons.participant(db, stranger)).toBeUndefined();
    expect(await lessons.lockMembership(db, stranger)).toBeUndefined();
  });

  it("answers whom it removed, as everybody saw them", async () => {
    const userId = await insertPerson(db, "Ada");
    const lessonId = await insertLesson(db, { userIds: [userId] });
    const seen = await lessons.participant(db, { lessonId, userId });
    expect(seen).toMatchObject({ name: "Ada" });
    expect(await lessons.removeParticipant(db, { lessonId, userId })).toEqual(seen);
  });

  if (context.kind === "pglite") return;
  describe("where transactions run side by side", () => {
    const revocations = [
      ["a removal", (who: LessonAndUser) => lessons.removeParticipant(db, who)],
      ["a change of role", (who: LessonAndUser) => lessons.setRole(db, { ...who, role: "viewer" })],
    ] as const;
    it.each(revocations)(
      "I7: holds %s back until a transaction that relied on the membership has ended",
      async (_name, revoke) => {
        const userId = await insertPerson(db);
        const lessonId = await insertLesson(db, { userIds: [userId] });
        const events: string[] = [];
        let revocation: Promise<unknown> | undefined;
        await database.transaction(async (tx) => {
          expect(await lessons.membership(tx, { lessonId, userId }, { lock: true })).toBeDefined();
          revocation = revoke({ lessonId, userId }).then(() => events.push("revoked"));
          await waitForLock(db);
          // Reading on is possible meanwhile, for this transaction and for others.
          expect(await lessons.membership(db, { lessonId, userId })).toMatchObject({ role: "participant" });
          expect(await lessons.membership(tx, { lessonId, userId }, { lock: true })).toBeDefined();
          events.push("about to commit");
        });
        await revocation;
        expect(events).toEqual(["about to commit", "revoked"]);
      },
    );

    it("I7: shows the new role to a policy read that had to wait for its change", async () => {
      const userId = await insertPerson(db);
      const lessonId = await insertLesson(db, { userIds: [userId] });
      let reading: Promise<unknown> | undefined;
      await database.transaction(async (tx) => {
        await lessons.setRole(tx, { lessonId, userId, role: "viewer" });
        reading = database.transaction((other) => lessons.membership(other, { lessonId, userId }, { lock: true }));
        await waitForLock(db);
      });
      expect(await reading).toMatchObject({ role: "viewer" });
    });
  });
});

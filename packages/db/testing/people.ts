import { randomUUID } from "node:crypto";
import { createLessonStore, createUserStore, type DatabaseHandle } from "../src/index.ts";

/** Inserts a person and answers their id. */
export async function insertPerson(db: DatabaseHandle, name = "Ada"): Promise<string> {
  const id = randomUUID();
  await createUserStore().insert(db, { id, email: `${id}@example.org`, name, passwordHash: "hash" });
  return id;
}

/** Inserts a lesson with these people as participants and answers its id. */
export async function insertLesson(
  db: DatabaseHandle,
  {
    startsAt = "2026-11-22T10:00:00Z",
    userIds = [],
  }: { readonly startsAt?: string; readonly userIds?: readonly string[] } = {},
): Promise<string> {
  const lessons = createLessonStore();
  const { id } = await lessons.insert(db, { id: randomUUID(), title: "Algebra", startsAt });
  for (const userId of userIds) {
    await lessons.addParticipant(db, { id: randomUUID(), lessonId: id, userId, role: "participant" });
  }
  return id;
}

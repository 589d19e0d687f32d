import type { Lesson, LessonRole } from "@tidemark/api/server";
import { and, eq, gt, isNull, or, type SQL } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { lessons, participants } from "./lesson-tables.ts";
import { createParticipantStore, type LessonAndUser } from "./participant-store.ts";

/** A lesson as clients see it; its time is ISO text with six decimals. */
export interface StoredLesson extends Lesson {
  readonly tags: string[];
  readonly description: string;
  readonly cancelledAt: string | null;
}

export interface StoredLessonSummary extends StoredLesson {
  /** Of the person who asks. */
  readonly role: LessonRole;
}

export interface NewLesson {
  readonly id: string;
  readonly title: string;
  readonly startsAt: string;
  readonly tags?: readonly string[];
  readonly description?: string;
}

/** What is left out stays as it is. */
export interface LessonUpdate extends Partial<Omit<NewLesson, "id">> {
  readonly id: string;
}

const lessonColumns = {
  id: lessons.id,
  title: lessons.title,
  startsAt: lessons.startsAt,
  tags: lessons.tags,
  description: lessons.description,
  cancelledAt: lessons.cancelledAt,
};
const summaryColumns = { ...lessonColumns, role: participants.role };

/** Lessons and the people in them. */
export function createLessonStore() {
  return {
    ...createParticipantStore(),

    async insert(db: DatabaseHandle, lesson: NewLesson): Promise<StoredLesson> {
      const { tags = [], description = "", ...rest } = lesson;
      const row = { ...rest, tags: [...tags], description };
      const [inserted] = await db.insert(lessons).values(row).returning(lessonColumns);
      return inserted ?? { ...row, cancelledAt: null };
    },

    /** `undefined` where a lesson with that id exists, which stays as it is. */
    async insertIfAbsent(
      db: DatabaseHandle,
      lesson: Pick<NewLesson, "id" | "title" | "startsAt">,
    ): Promise<StoredLesson | undefined> {
      const [inserted] = await db.insert(lessons).values(lesson).onConflictDoNothing().returning(lessonColumns);
      return inserted;
    },

    /** Answers the whole row as it is then; `undefined` for a lesson that does not exist. */
    async update(db: DatabaseHandle, { id, tags, ...fields }: LessonUpdate): Promise<StoredLesson | undefined> {
      const changed = { ...fields, ...(tags && { tags: [...tags] }) };
      if (Object.values(changed).every((value) => value === undefined)) return findLesson(db, id);
      const [updated] = await db.update(lessons).set(changed).where(eq(lessons.id, id)).returning(lessonColumns);
      return updated;
    },

    find: findLesson,

    /** The first cancellation's time stays; answers the row, `undefined` for a lesson that is cancelled already. */
    async cancel(
      db: DatabaseHandle,
      { id, cancelledAt }: { readonly id: string; readonly cancelledAt: string },
    ): Promise<StoredLesson | undefined> {
      const [cancelled] = await db
        .update(lessons)
        .set({ cancelledAt })
        .where(and(eq(lessons.id, id), isNull(lessons.cancelledAt)))
        .returning(lessonColumns);
      return cancelled;
    },

    /** The person's lessons, soonest first; `after` continues behind the last one of the page before. */
    async listForUser(
      db: DatabaseHandle,
      page: { readonly userId: string; readonly after?: Pick<Lesson, "startsAt" | "id">; readonly limit: number },
    ): Promise<StoredLessonSummary[]> {
      return db
        .select(summaryColumns)
        .from(participants)
        .innerJoin(lessons, eq(lessons.id, participants.lessonId))
        .where(and(eq(participants.userId, page.userId), page.after && startsAfter(page.after)))
        .orderBy(lessons.startsAt, lessons.id)
        .limit(page.limit);
    },

    /** `undefined` for a lesson that does not exist or that the person is not in. */
    async findForUser(
      db: DatabaseHandle,
      { lessonId, userId }: LessonAndUser,
    ): Promise<StoredLessonSummary | undefined> {
      const [lesson] = await db
        .select(summaryColumns)
        .from(lessons)
        .innerJoin(participants, eq(participants.lessonId, lessons.id))
        .where(and(eq(lessons.id, lessonId), eq(participants.userId, userId)));
      return lesson;
    },
  };
}

export type LessonStore = ReturnType<typeof createLessonStore>;

/** With `lock` nobody else changes it before the transaction ends. */
async function findLesson(
  db: DatabaseHandle,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<StoredLesson | undefined> {
  const query = db.select(lessonColumns).from(lessons).where(eq(lessons.id, id));
  const [lesson] = await (lock ? query.for("no key update") : query);
  return lesson;
}

function startsAfter({ startsAt, id }: Pick<Lesson, "startsAt" | "id">): SQL | undefined {
  return or(gt(lessons.startsAt, startsAt), and(eq(lessons.startsAt, startsAt), gt(lessons.id, id)));
}

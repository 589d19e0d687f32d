import type { Lesson, LessonRole, LessonSummary, Participant } from "@tidemark/api/server";
import { and, eq, gt, or, type SQL } from "drizzle-orm";
import { users } from "../auth/user-tables.ts";
import type { DatabaseHandle } from "../engine/database.ts";
import { lessons, participants } from "./lesson-tables.ts";

/** A person's place in a lesson. */
export interface Membership {
  readonly role: LessonRole;
  /** Another number after every loss of access in between. */
  readonly grant: number;
}

interface LessonAndUser {
  readonly lessonId: string;
  readonly userId: string;
}

const lessonColumns = { id: lessons.id, title: lessons.title, startsAt: lessons.startsAt };
const summaryColumns = { ...lessonColumns, role: participants.role };
const membershipColumns = { role: participants.role, grant: participants.grantNumber };

export function createLessonStore() {
  return {
    async insert(db: DatabaseHandle, lesson: Lesson): Promise<Lesson> {
      const [inserted] = await db.insert(lessons).values(lesson).returning(lessonColumns);
      return inserted ?? lesson;
    },

    /** The person's lessons, soonest first; `after` continues behind the last one of the page before. */
    async listForUser(
      db: DatabaseHandle,
      page: { readonly userId: string; readonly after?: Pick<Lesson, "startsAt" | "id">; readonly limit: number },
    ): Promise<LessonSummary[]> {
      return db
        .select(summaryColumns)
        .from(participants)
        .innerJoin(lessons, eq(lessons.id, participants.lessonId))
        .where(and(eq(participants.userId, page.userId), page.after && startsAfter(page.after)))
        .orderBy(lessons.startsAt, lessons.id)
        .limit(page.limit);
    },

    /** `undefined` for a lesson that does not exist or that the person is not in. */
    async findForUser(db: DatabaseHandle, { lessonId, userId }: LessonAndUser): Promise<LessonSummary | undefined> {
      const [lesson] = await db
        .select(summaryColumns)
        .from(lessons)
        .innerJoin(participants, eq(participants.lessonId, lessons.id))
        .where(and(eq(lessons.id, lessonId), eq(participants.userId, userId)));
      return lesson;
    },

    /** Everyone in the lesson, by name. */
    async participants(db: DatabaseHandle, lessonId: string): Promise<Participant[]> {
      return db
        .select({
          id: participants.id,
          lessonId: participants.lessonId,
          userId: participants.userId,
          name: users.name,
          role: participants.role,
        })
        .from(participants)
        .innerJoin(users, eq(users.id, participants.userId))
        .where(eq(participants.lessonId, lessonId))
        .orderBy(users.name, participants.id);
    },

    /** `undefined` when the person is in the lesson already; nothing is changed then. */
    async addParticipant(
      db: DatabaseHandle,
      participant: LessonAndUser & { readonly id: string; readonly role: LessonRole },
    ): Promise<Membership | undefined> {
      const [membership] = await db
        .insert(participants)
        .values(participant)
        .onConflictDoNothing({ target: [participants.lessonId, participants.userId] })
        .returning(membershipColumns);
      return membership;
    },

    /** Waits for every transaction that read the membership under a lock; answers whether there was one. */
    async removeParticipant(db: DatabaseHandle, { lessonId, userId }: LessonAndUser): Promise<boolean> {
      const removed = await db
        .delete(participants)
        .where(and(eq(participants.lessonId, lessonId), eq(participants.userId, userId)))
        .returning({ id: participants.id });
      return removed.length > 0;
    },

    /** With `lock` the membership cannot be removed before the transaction ends. */
    async membership(
      db: DatabaseHandle,
      { lessonId, userId }: LessonAndUser,
      { lock = false }: { readonly lock?: boolean } = {},
    ): Promise<Membership | undefined> {
      const query = db
        .select(membershipColumns)
        .from(participants)
        .where(and(eq(participants.lessonId, lessonId), eq(participants.userId, userId)));
      const [membership] = await (lock ? query.for("key share") : query);
      return membership;
    },

    async membershipsOf(
      db: DatabaseHandle,
      userId: string,
    ): Promise<{ readonly lessonId: string; readonly grant: number }[]> {
      return db
        .select({ lessonId: participants.lessonId, grant: participants.grantNumber })
        .from(participants)
        .where(eq(participants.userId, userId))
        .orderBy(participants.lessonId);
    },
  };
}

export type LessonStore = ReturnType<typeof createLessonStore>;

function startsAfter({ startsAt, id }: Pick<Lesson, "startsAt" | "id">): SQL | undefined {
  return or(gt(lessons.startsAt, startsAt), and(eq(lessons.startsAt, startsAt), gt(lessons.id, id)));
}

import { TidemarkError, type LessonsOperations, type SignText } from "@tidemark/api/server";
import type { Database, LessonStore } from "@tidemark/db";
import * as z from "zod";
import { createPageCursors } from "../../security/page-cursors.ts";
import type { PolicyEngine } from "../../security/policy-engine.ts";

const position = z.object({ startsAt: z.string(), id: z.uuid() });

export const LESSON_NOT_FOUND = "There is no such lesson, or you are not in it.";

export function createLessonsService({
  database,
  lessons,
  policy,
  sign,
}: {
  readonly database: Database;
  readonly lessons: LessonStore;
  readonly policy: PolicyEngine;
  readonly sign: SignText;
}): LessonsOperations {
  const cursors = createPageCursors({ list: "lessons", position, sign });
  return {
    async list(user, { cursor, limit }) {
      const after = cursor ? cursors.decode(cursor, user.id) : undefined;
      const found = await lessons.listForUser(database.db, {
        userId: user.id,
        limit: limit + 1,
        ...(after !== undefined && { after }),
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      return {
        items: page.filter(({ role }) => policy.allows({ id: user.id, role }, { action: "read", subject: "Lesson" })),
        nextCursor: hasMore ? cursors.encode({ startsAt: last.startsAt, id: last.id }, user.id) : null,
      };
    },

    async byId(user, { id }) {
      await policy.requireInLesson({
        db: database.db,
        user,
        question: { lessonId: id, action: "read", subject: "Lesson" },
        notFound: LESSON_NOT_FOUND,
      });
      const lesson = await lessons.findForUser(database.db, { lessonId: id, userId: user.id });
      if (lesson === undefined) throw new TidemarkError("NOT_FOUND", { message: LESSON_NOT_FOUND });
      return { ...lesson, participants: [...(await lessons.participants(database.db, id))] };
    },
  };
}

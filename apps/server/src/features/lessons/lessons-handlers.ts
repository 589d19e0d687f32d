import { isDeepStrictEqual } from "node:util";
import {
  MAX_TAGS,
  TidemarkError,
  type LessonUpdateArgs,
  type OperationHandlers,
  type TidemarkContract,
} from "@tidemark/api/server";
import type { DatabaseHandle, LessonStore, StoredLesson } from "@tidemark/db";
import { LESSON_NOT_FOUND } from "../../security/policy-engine.ts";

type LessonsHandlers = Pick<OperationHandlers<TidemarkContract, DatabaseHandle>, "lesson.update">;

/** The effects of lessons' operations. Policy has been asked, and others' changes merged, before any of them runs. */
export function createLessonsHandlers(lessons: LessonStore): LessonsHandlers {
  return {
    "lesson.update": {
      independentBy: ({ id }) => id,
      apply: async ({ tx, args, changes }) => {
        const current = await lessons.find(tx, args.id, { lock: true });
        if (current === undefined) throw gone();
        if (isAsAsked(current, args)) return current;
        refuseTooManyTags(args);
        const updated = await lessons.update(tx, args);
        if (updated === undefined) throw gone();
        changes.put("lesson", updated);
        return updated;
      },
    },
  };
}

function isAsAsked(current: StoredLesson, args: LessonUpdateArgs): boolean {
  return isDeepStrictEqual({ ...current, ...args }, current);
}

/** The arguments' own limit is checked before; a merge with what others added may lie above it. */
function refuseTooManyTags({ tags = [] }: LessonUpdateArgs): void {
  if (tags.length <= MAX_TAGS) return;
  throw new TidemarkError("CONFLICT", {
    message: `Together with what others added the lesson would have ${tags.length} tags, and it may have ${MAX_TAGS}; remove some first.`,
  });
}

const gone = () => new TidemarkError("NOT_FOUND", { message: LESSON_NOT_FOUND });

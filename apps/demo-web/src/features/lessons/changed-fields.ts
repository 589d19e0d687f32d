import type { Lesson, LessonUpdateArgs } from "@tidemark/api/contracts";
import type { LessonDraft } from "./lesson-fields.tsx";
import { fromLocalInput, parseTags, toLocalInput } from "./lesson-times.ts";

/** What the form says otherwise than the lesson did; fields that were left alone keep what others write to them. */
export function changedFields(before: Lesson, draft: LessonDraft): Omit<LessonUpdateArgs, "id"> {
  const startsAt = fromLocalInput(draft.startsAt);
  const [title, description, tags] = [draft.title.trim(), draft.description.trim(), parseTags(draft.tags)];
  return {
    ...(title === before.title ? {} : { title }),
    // The form knows minutes: a start within the same one was not changed.
    ...(startsAt === undefined || draft.startsAt === toLocalInput(before.startsAt) ? {} : { startsAt }),
    ...(description === before.description ? {} : { description }),
    ...(tags.join("\n") === before.tags.join("\n") ? {} : { tags }),
  };
}

import type { TidemarkContract } from "@tidemark/api/server";
import type { OperationRules } from "../../security/policy-engine.ts";

export const LESSON_NOT_FOUND = "There is no such lesson, or you are not in it.";

/** How lessons' operations are judged. */
export const lessonsRules: Pick<OperationRules<TidemarkContract>, "lesson.update"> = {
  "lesson.update": {
    notFound: LESSON_NOT_FOUND,
    forbidden: "Only a host may change the lesson; ask one of them.",
    ask: async ({ args }) => ({ lessonId: args.id, action: "update", subject: "Lesson" }),
  },
};

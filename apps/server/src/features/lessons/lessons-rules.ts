import type { TidemarkContract } from "@tidemark/api/server";
import { LESSON_NOT_FOUND, type OperationRules } from "../../security/policy-engine.ts";

/** How lessons' operations are judged. */
export const lessonsRules: Pick<OperationRules<TidemarkContract>, "lesson.update"> = {
  "lesson.update": {
    notFound: LESSON_NOT_FOUND,
    forbidden: "Only a host may change the lesson; ask one of them.",
    ask: async ({ args }) => ({ lessonId: args.id, action: "update", subject: "Lesson" }),
  },
};

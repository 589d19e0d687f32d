import { createMongoAbility, subject, type MongoAbility } from "@casl/ability";
import { lessonRules, type ChatMessage, type LessonRole } from "@tidemark/api/contracts";

/** What the signed-in person may do in a lesson: the same rules as the server's, so the page never offers a refusal. */
export interface LessonAbility {
  readonly canWrite: boolean;
  canEdit(message: ChatMessage): boolean;
  canDelete(message: ChatMessage): boolean;
}

export function lessonAbility(role: LessonRole, userId: string): LessonAbility {
  const ability = createMongoAbility<MongoAbility>(
    lessonRules(role, userId).map(({ conditions, ...rule }) =>
      conditions === undefined ? rule : { ...rule, conditions: { ...conditions } },
    ),
  );
  return {
    canWrite: ability.can("create", "ChatMessage"),
    canEdit: (message) => ability.can("update", subject("ChatMessage", { ...message })),
    canDelete: (message) => ability.can("delete", subject("ChatMessage", { ...message })),
  };
}

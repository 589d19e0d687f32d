import { createMongoAbility, subject } from "@casl/ability";
import { lessonRules, type ChatMessage, type LessonRole } from "@tidemark/api/contracts";

/** What the signed-in person may do in a lesson: the same rules as the server's, so the page never offers a refusal. */
export interface LessonAbility {
  readonly canWrite: boolean;
  /** To edit, reschedule and cancel the lesson, to invite, to set roles and to remove. */
  readonly canManage: boolean;
  canEdit(message: ChatMessage): boolean;
  canDelete(message: ChatMessage): boolean;
}

export function lessonAbility(role: LessonRole, userId: string): LessonAbility {
  const ability = createMongoAbility(
    lessonRules(role, userId).map(({ action, subject: type, conditions }) =>
      conditions === undefined ? { action, subject: type } : { action, subject: type, conditions: { ...conditions } },
    ),
  );
  return {
    canWrite: ability.can("create", "ChatMessage"),
    canManage: ability.can("update", "Lesson"),
    canEdit: (message) => ability.can("update", subject("ChatMessage", { ...message })),
    canDelete: (message) => ability.can("delete", subject("ChatMessage", { ...message })),
  };
}

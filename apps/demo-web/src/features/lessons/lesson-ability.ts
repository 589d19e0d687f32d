import { lessonRules, type ChatMessage, type LessonRole, type LessonRule } from "@tidemark/api/contracts";

/** What the signed-in person may do in a lesson: the same rules as the server's, so the page never offers a refusal. */
export interface LessonAbility {
  readonly canWrite: boolean;
  /** To edit, reschedule and cancel the lesson, to invite, to set roles and to remove. */
  readonly canManage: boolean;
  canEdit(message: ChatMessage): boolean;
  canDelete(message: ChatMessage): boolean;
}

export function lessonAbility(role: LessonRole, userId: string): LessonAbility {
  const rules = lessonRules(role, userId);
  return {
    canWrite: isAllowed(rules, { action: "create", subject: "ChatMessage" }),
    canManage: isAllowed(rules, { action: "update", subject: "Lesson" }),
    canEdit: (message) => isAllowed(rules, { action: "update", subject: "ChatMessage", row: message }),
    canDelete: (message) => isAllowed(rules, { action: "delete", subject: "ChatMessage", row: message }),
  };
}

/**
 * What CASL answers on the server: yes where any rule fits. The rules compare fields and nothing else, and CASL with its
 * interpreter of queries would be a thirtieth of all that a first room loads; `lesson-ability.test.ts` holds the two
 * together.
 */
export function isAllowed(
  rules: readonly LessonRule[],
  { action, subject, row }: Pick<LessonRule, "action" | "subject"> & { readonly row?: object | undefined },
): boolean {
  const fields = new Map<string, unknown>(Object.entries(row ?? {}));
  return rules.some(
    (rule) =>
      rule.action === action &&
      rule.subject === subject &&
      (row === undefined || Object.entries(rule.conditions ?? {}).every(([name, value]) => fields.get(name) === value)),
  );
}

import { createMongoAbility, subject } from "@casl/ability";
import { lessonRules, type LessonRole, type LessonRule } from "@tidemark/api/server";

/** What somebody wants to do, to what. `fields` are those of the one row that rules may ask about. */
export interface PolicyQuestion {
  readonly action: LessonRule["action"];
  readonly subject: LessonRule["subject"];
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Whether the rules of this role allow it; the same rules decide in the browser what is offered. */
export function roleAllows(
  user: { readonly id: string; readonly role: LessonRole },
  question: PolicyQuestion,
): boolean {
  const ability = createMongoAbility(lessonRules(user.role, user.id).map(toRawRule));
  return question.fields === undefined
    ? ability.can(question.action, question.subject)
    : ability.can(question.action, subject(question.subject, { ...question.fields }));
}

const toRawRule = ({ action, subject: subjectType, conditions }: LessonRule) => ({
  action,
  subject: subjectType,
  ...(conditions !== undefined && { conditions: { ...conditions } }),
});

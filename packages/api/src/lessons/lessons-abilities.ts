import type { LessonRole } from "./lessons-contract.ts";

/** One rule in CASL's raw form: plain data, so that server and browser build the same ability from it. */
export interface LessonRule {
  readonly action: "read" | "create" | "update" | "delete";
  readonly subject: "Lesson" | "Participant" | "ChatMessage" | "ReadMark";
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/**
 * What a person with this role may do in one lesson; `userId` is their own id. To create, update or delete a participant is
 * to invite, to set a role or to remove.
 */
export function lessonRules(role: LessonRole, userId: string): LessonRule[] {
  const rules: LessonRule[] = [
    { action: "read", subject: "Lesson" },
    { action: "read", subject: "Participant" },
    { action: "read", subject: "ChatMessage" },
    { action: "delete", subject: "Participant", conditions: { userId } },
    { action: "update", subject: "ReadMark", conditions: { userId } },
  ];
  if (role === "viewer") return rules;
  rules.push(
    { action: "create", subject: "ChatMessage" },
    { action: "update", subject: "ChatMessage", conditions: { authorId: userId } },
    { action: "delete", subject: "ChatMessage", conditions: { authorId: userId } },
  );
  if (role === "participant") return rules;
  rules.push(
    { action: "update", subject: "Lesson" },
    { action: "create", subject: "Participant" },
    { action: "update", subject: "Participant" },
    { action: "delete", subject: "Participant" },
  );
  return rules;
}

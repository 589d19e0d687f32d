import type { LessonRole } from "./lessons-contract.ts";

/** One rule in CASL's raw form: plain data, so that server and browser build the same ability from it. */
export interface LessonRule {
  readonly action: "read" | "create" | "update" | "delete";
  readonly subject: "Lesson" | "Participant" | "ChatMessage";
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/** What a person with this role may do in one lesson; `userId` is their own id. */
export function lessonRules(role: LessonRole, userId: string): LessonRule[] {
  const rules: LessonRule[] = [
    { action: "read", subject: "Lesson" },
    { action: "read", subject: "Participant" },
    { action: "read", subject: "ChatMessage" },
  ];
  if (role === "viewer") return rules;
  rules.push(
    { action: "create", subject: "ChatMessage" },
    { action: "update", subject: "ChatMessage", conditions: { authorId: userId } },
    { action: "delete", subject: "ChatMessage", conditions: { authorId: userId } },
  );
  return rules;
}

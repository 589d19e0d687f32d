import { createMongoAbility, subject } from "@casl/ability";
import { lessonRules } from "@tidemark/api/contracts";
import { describe, expect, it, test } from "vitest";
import { isAllowed, lessonAbility } from "./lesson-ability.ts";

const me = "018f0000-0000-7000-8000-000000000001";
const message = (authorId: string) => ({
  id: "m",
  lessonId: "l",
  authorId,
  text: "hello",
  createdAt: "2026-11-22T10:00:00.000000Z",
  editedAt: null,
});

test("a participant writes, and changes only what they wrote", () => {
  const ability = lessonAbility("participant", me);
  expect(ability.canWrite).toBe(true);
  expect(ability.canEdit(message(me))).toBe(true);
  expect(ability.canDelete(message(me))).toBe(true);
  expect(ability.canEdit(message("somebody else"))).toBe(false);
  expect(ability.canDelete(message("somebody else"))).toBe(false);
});

test("a viewer is offered nothing to write with", () => {
  const ability = lessonAbility("viewer", me);
  expect(ability.canWrite).toBe(false);
  expect(ability.canEdit(message(me))).toBe(false);
});

test("only a host manages the lesson and who is in it", () => {
  expect(lessonAbility("host", me).canManage).toBe(true);
  expect(lessonAbility("participant", me).canManage).toBe(false);
  expect(lessonAbility("viewer", me).canManage).toBe(false);
});

describe.each(["host", "participant", "viewer"] as const)("the rules of a %s", (role) => {
  const rules = lessonRules(role, "me");
  const casl = createMongoAbility(
    rules.map(({ action, subject: type, conditions }) =>
      conditions === undefined ? { action, subject: type } : { action, subject: type, conditions: { ...conditions } },
    ),
  );
  const subjects = ["Lesson", "Participant", "ChatMessage", "ReadMark"] as const;
  const rows = [undefined, {}, ...["me", "other"].map((id) => ({ userId: id, authorId: id }))];

  it.each(["read", "create", "update", "delete"] as const)("mean here what CASL makes of them: %s", (action) => {
    for (const type of subjects) {
      for (const row of rows) {
        const asked = row === undefined ? type : subject(type, { ...row });
        expect([type, row, isAllowed(rules, { action, subject: type, row })]).toEqual([
          type,
          row,
          casl.can(action, asked),
        ]);
      }
    }
  });
});

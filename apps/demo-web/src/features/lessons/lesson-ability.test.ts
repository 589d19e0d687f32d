import { expect, test } from "vitest";
import { lessonAbility } from "./lesson-ability.ts";

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

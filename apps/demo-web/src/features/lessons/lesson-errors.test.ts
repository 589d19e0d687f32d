import { expect, test } from "vitest";
import { lessonsTexts as texts } from "./lessons-texts.en.ts";
import { describeLessonError, unlessGone } from "./lesson-errors.ts";

const refusal = (code: string) => Object.assign(new Error(code), { data: { code } });

test("a removal that finds nobody any more has done what was wanted; every other refusal stays one", async () => {
  await expect(unlessGone(Promise.resolve("removed"))).resolves.toBeUndefined();
  await expect(unlessGone(Promise.reject(refusal("NOT_FOUND")))).resolves.toBeUndefined();
  for (const code of ["FORBIDDEN", "CONFLICT", "UNAVAILABLE"]) {
    await expect(unlessGone(Promise.reject(refusal(code)))).rejects.toThrow(code);
  }
  await expect(unlessGone(Promise.reject(new Error("Failed to fetch")))).rejects.toThrow("Failed to fetch");
});

test("a call without an answer says just that, as a device with a network may be without one, and one with an answer says what the server found", () => {
  expect(describeLessonError(new Error("Failed to fetch"), texts)).toBe(texts.errorNoAnswer);
  expect(describeLessonError(refusal("FORBIDDEN"), texts)).toBe(texts.errorForbidden);
  expect(describeLessonError(refusal("UNAVAILABLE"), texts)).toBe(texts.errorServer);
});

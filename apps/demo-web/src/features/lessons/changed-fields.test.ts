import { expect, test } from "vitest";
import { changedFields } from "./changed-fields.ts";
import { fromLocalInput, toLocalInput } from "./lesson-times.ts";

const before = {
  id: "l",
  title: "Algebra",
  startsAt: "2026-11-30T12:00:30.000Z",
  tags: ["maths"],
  description: "",
  cancelledAt: null,
};
const draft = { title: "Algebra", startsAt: toLocalInput(before.startsAt), description: "", tags: "maths" };

test("a form that was only looked at changes nothing, seconds of the start included", () => {
  expect(changedFields(before, draft)).toEqual({});
});

test("each field is sent only where it was changed", () => {
  expect(changedFields(before, { ...draft, title: " Geometry " })).toEqual({ title: "Geometry" });
  expect(changedFields(before, { ...draft, tags: "maths, forms" })).toEqual({ tags: ["maths", "forms"] });
  const startsAt = toLocalInput("2026-12-01T09:00:00.000Z");
  expect(changedFields(before, { ...draft, startsAt })).toEqual({ startsAt: fromLocalInput(startsAt) });
});

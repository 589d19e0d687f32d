import { expect, test } from "vitest";
import {
  fromLocalInput,
  isUnderWay,
  parseTags,
  phaseOf,
  proposeStart,
  shelveLessons,
  toLocalInput,
} from "./lesson-times.ts";

const now = Date.parse("2026-11-30T12:00:00Z");
const lesson = (startsAt: string, cancelledAt: string | null = null) => ({
  id: startsAt,
  title: startsAt,
  startsAt,
  tags: [],
  description: "",
  cancelledAt,
});

test("a lesson is upcoming until two hours after its start, then past, newest first; cancelled ones stand apart", () => {
  const lessons = [
    lesson("2026-11-28T12:00:00Z"),
    lesson("2026-11-29T12:00:00Z", "2026-11-29T10:00:00Z"),
    lesson("2026-11-30T10:00:00Z"),
    lesson("2026-11-30T10:01:00Z"),
    lesson("2026-12-01T10:00:00Z"),
    lesson("2026-12-02T10:00:00Z", "2026-11-29T10:00:00Z"),
  ];
  const { upcoming, past, cancelled } = shelveLessons(lessons, now);
  expect(upcoming.map(({ id }) => id)).toEqual(["2026-11-30T10:01:00Z", "2026-12-01T10:00:00Z"]);
  expect(past.map(({ id }) => id)).toEqual(["2026-11-30T10:00:00Z", "2026-11-28T12:00:00Z"]);
  expect(cancelled.map(({ id }) => id)).toEqual(["2026-12-02T10:00:00Z", "2026-11-29T12:00:00Z"]);
});

test("a lesson that comes is under way from its start, past two hours later, and cancelled whenever it was", () => {
  const phases = ["12:00:01", "12:00:00", "10:00:01", "10:00:00"].map((time) =>
    phaseOf(lesson(`2026-11-30T${time}Z`), now),
  );
  expect(phases).toEqual(["coming", "under-way", "under-way", "past"]);
  expect(phaseOf(lesson("2026-11-30T10:00:00Z", "2026-11-30T09:00:00Z"), now)).toBe("cancelled");
});

test("only a lesson that has begun, is not over and not cancelled is under way", () => {
  expect(isUnderWay(lesson("2026-11-30T11:00:00Z"), now)).toBe(true);
  expect(isUnderWay(lesson("2026-11-30T12:01:00Z"), now)).toBe(false);
  expect(isUnderWay(lesson("2026-11-30T11:00:00Z", "2026-11-30T10:00:00Z"), now)).toBe(false);
});

test("a start goes to the form and back unchanged, in whatever time zone the device is", () => {
  expect(fromLocalInput(toLocalInput("2026-03-29T01:30:00.000Z"))).toBe("2026-03-29T01:30:00.000Z");
  expect(fromLocalInput("")).toBeUndefined();
});

test("the proposed start is a full quarter of an hour, at least one away", () => {
  expect(proposeStart(Date.parse("2026-11-30T12:00:00Z"))).toBe("2026-11-30T12:15:00.000Z");
  expect(proposeStart(Date.parse("2026-11-30T12:01:00Z"))).toBe("2026-11-30T12:30:00.000Z");
});

test("tags are named once each, without what surrounds them", () => {
  expect(parseTags(" maths, fractions ,maths,, ")).toEqual(["maths", "fractions"]);
});

import { describe, expect, it } from "vitest";
import { tidemarkContract } from "../tidemark-contract.ts";
import { lessonRules } from "./lessons-abilities.ts";
import { lessonUpdateArgs } from "./lessons-contract.ts";

const id = "019ab5a0-0000-7000-8000-000000000010";
const ada = "019ab5a0-0000-7000-8000-000000000001";

describe("the arguments of lesson.update", () => {
  it.each([
    ["2026-12-01T09:00:00Z", "2026-12-01T09:00:00.000000Z"],
    ["2026-12-01T09:00:00.5Z", "2026-12-01T09:00:00.500000Z"],
    ["2026-12-01T09:00:00.1234567Z", "2026-12-01T09:00:00.123456Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"],
    ["2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59.999999Z"],
  ])("spell the time %s as the database does, so that equal times do not clash", (startsAt, stored) => {
    const parsed = lessonUpdateArgs.parse({ id, startsAt });
    expect(parsed).toEqual({ id, startsAt: stored });
    expect(lessonUpdateArgs.parse(parsed)).toEqual(parsed);
  });

  it.each(["1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-12-01"])(
    "refuse the time %s",
    (startsAt) => {
      expect(lessonUpdateArgs.safeParse({ id, startsAt }).success).toBe(false);
    },
  );

  it("name a tag once and leave out what is not named", () => {
    expect(lessonUpdateArgs.parse({ id, tags: ["b", "a", "b"] })).toEqual({ id, tags: ["b", "a"] });
  });

  it("refuse a field that is named without a value", () => {
    expect(lessonUpdateArgs.safeParse({ id, title: undefined }).success).toBe(false);
    expect(lessonUpdateArgs.safeParse({ id, title: null }).success).toBe(false);
  });
});

it("shows a change of a lesson at once, in the fields that it names", () => {
  const patches: unknown[] = [];
  const refuse = () => {
    throw new TypeError("lesson.update only patches.");
  };
  const tx = { get: refuse, put: refuse, delete: refuse, patch: (...call: unknown[]) => patches.push(call) };
  const args = lessonUpdateArgs.parse({ id, tags: ["new"], description: "" });
  tidemarkContract.operations["lesson.update"].optimistic?.(tx, args, { user: { id: ada }, at: "" });
  expect(patches).toEqual([["lesson", id, { tags: ["new"], description: "" }]]);
});

describe("what a role may do to those in a lesson", () => {
  const mayDeleteParticipants = (role: "host" | "participant" | "viewer") =>
    lessonRules(role, ada).filter(({ action, subject }) => action === "delete" && subject === "Participant");

  it("is to remove themselves for all, and others for hosts", () => {
    const self = { action: "delete", subject: "Participant", conditions: { userId: ada } };
    expect(mayDeleteParticipants("viewer")).toEqual([self]);
    expect(mayDeleteParticipants("participant")).toEqual([self]);
    expect(mayDeleteParticipants("host")).toEqual([self, { action: "delete", subject: "Participant" }]);
  });

  it("is to change the lesson, invite and set roles for hosts alone", () => {
    for (const role of ["viewer", "participant"] as const) {
      const rules = lessonRules(role, ada);
      expect(rules.some(({ action, subject }) => subject === "Lesson" && action === "update")).toBe(false);
      expect(
        rules.some(({ action, subject }) => subject === "Participant" && action !== "delete" && action !== "read"),
      ).toBe(false);
    }
  });
});

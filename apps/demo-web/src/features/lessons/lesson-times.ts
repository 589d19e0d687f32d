import type { Lesson } from "@tidemark/api/contracts";

/** Lessons have no end; this long after its start one counts as past. */
const LASTS_MS = 2 * 60 * 60 * 1000;
const QUARTER_MS = 15 * 60 * 1000;

export interface LessonShelves {
  /** Soonest first; a lesson under way is among them. */
  readonly upcoming: readonly Lesson[];
  /** Newest first. */
  readonly past: readonly Lesson[];
  /** Newest first. */
  readonly cancelled: readonly Lesson[];
}

/** @param lessons by start time, soonest first */
export function shelveLessons(lessons: readonly Lesson[], nowMs: number): LessonShelves {
  const inPhase = (...phases: readonly LessonPhase[]) =>
    lessons.filter((lesson) => phases.includes(phaseOf(lesson, nowMs)));
  return {
    upcoming: inPhase("coming", "under-way"),
    past: inPhase("past").toReversed(),
    cancelled: inPhase("cancelled").toReversed(),
  };
}

export type LessonPhase = "coming" | "under-way" | "past" | "cancelled";

export function phaseOf({ startsAt, cancelledAt }: Lesson, nowMs: number): LessonPhase {
  if (cancelledAt !== null) return "cancelled";
  const start = Date.parse(startsAt);
  if (nowMs < start) return "coming";
  return nowMs < start + LASTS_MS ? "under-way" : "past";
}

export const isUnderWay = (lesson: Lesson, nowMs: number): boolean => phaseOf(lesson, nowMs) === "under-way";

/** An ISO time as `<input type="datetime-local">` writes it, in the device's time zone. */
export function toLocalInput(iso: string): string {
  const date = new Date(iso);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What such an input says as an ISO time; `undefined` where it says nothing. */
export function fromLocalInput(value: string): string | undefined {
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** The next quarter of an hour that is at least a quarter away: a start worth proposing. */
export function proposeStart(nowMs: number): string {
  return new Date(Math.ceil((nowMs + QUARTER_MS) / QUARTER_MS) * QUARTER_MS).toISOString();
}

/** `maths, fractions ,maths` as the tags that it names, each once. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}

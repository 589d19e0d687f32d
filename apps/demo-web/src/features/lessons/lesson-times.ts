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
  const isOn = ({ cancelledAt }: Lesson) => cancelledAt === null;
  const isOver = ({ startsAt }: Lesson) => Date.parse(startsAt) + LASTS_MS <= nowMs;
  return {
    upcoming: lessons.filter((lesson) => isOn(lesson) && !isOver(lesson)),
    past: lessons.filter((lesson) => isOn(lesson) && isOver(lesson)).toReversed(),
    cancelled: lessons.filter((lesson) => !isOn(lesson)).toReversed(),
  };
}

export function isUnderWay({ startsAt, cancelledAt }: Lesson, nowMs: number): boolean {
  const start = Date.parse(startsAt);
  return cancelledAt === null && start <= nowMs && nowMs < start + LASTS_MS;
}

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

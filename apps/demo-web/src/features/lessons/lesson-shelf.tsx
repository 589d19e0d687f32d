import type { Lesson, LessonRole, Participant } from "@tidemark/api/contracts";
import { useId, useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { LessonItem } from "./lesson-item.tsx";

export interface LessonShelfProps {
  readonly title: string;
  /** Said where there are none; without it an empty shelf is not shown. */
  readonly empty?: string;
  readonly lessons: readonly Lesson[];
  /** Who is in it besides the person. */
  readonly othersIn: (lesson: Lesson) => readonly Participant[];
  readonly roleIn: (lesson: Lesson) => LessonRole | undefined;
}

/** The next stop from there is the first of those that came. */
const toLastShown = focusHeir<HTMLButtonElement>((button) =>
  button.previousElementSibling?.querySelector<HTMLElement>("li:last-child a"),
);

/** Lessons at first, and more with each "Show more". */
const PAGE_SIZE = 50;

export function LessonShelf({ title, empty, lessons, othersIn, roleIn }: LessonShelfProps) {
  const texts = useTexts("lessons");
  const [limit, setLimit] = useState(PAGE_SIZE);
  const headingId = useId();
  if (lessons.length === 0 && empty === undefined) return null;
  return (
    <section aria-labelledby={headingId} className="mb-8">
      <h2 id={headingId} className="mb-2 flex items-baseline gap-2 text-sm font-semibold">
        {title}
        {lessons.length === 0 ? null : (
          <span className="text-xs font-normal text-muted tabular-nums">{lessons.length}</span>
        )}
      </h2>
      {lessons.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line px-4 py-6 text-center text-sm text-muted">{empty}</p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-card">
          {lessons.slice(0, limit).map((lesson) => (
            <LessonItem key={lesson.id} lesson={lesson} others={othersIn(lesson)} role={roleIn(lesson)} />
          ))}
        </ul>
      )}
      {lessons.length > limit ? (
        <Button
          ref={toLastShown}
          look="quiet"
          size="small"
          className="mt-2"
          onClick={() => setLimit(limit + PAGE_SIZE)}
        >
          {texts.showMore(Math.min(PAGE_SIZE, lessons.length - limit))}
        </Button>
      ) : null}
    </section>
  );
}

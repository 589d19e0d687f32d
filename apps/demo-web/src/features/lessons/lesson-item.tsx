import type { Lesson, LessonRole, Participant } from "@tidemark/api/contracts";
import { Link } from "@tanstack/react-router";
import { useNow } from "../../clock.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Badge } from "../../ui/badge.tsx";
import { toPageHeading } from "../../ui/focus-heir.ts";
import { ChevronIcon } from "../../ui/icons.tsx";
import { DateBlock, LessonTime } from "./lesson-date.tsx";
import { isUnderWay } from "./lesson-times.ts";

export interface LessonItemProps {
  readonly lesson: Lesson;
  readonly others: readonly Participant[];
  readonly role: LessonRole | undefined;
}

const SHOWN_PEOPLE = 3;
const SHOWN_TAGS = 3;

export function LessonItem({ lesson, others, role }: LessonItemProps) {
  const texts = useTexts("lessons");
  const now = useNow(30_000);
  const isOff = lesson.cancelledAt !== null;
  return (
    <li
      ref={toPageHeading}
      className="relative flex items-center gap-4 px-3 py-3 transition-colors hover:bg-hover sm:px-4"
    >
      <DateBlock startsAt={lesson.startsAt} isNow={isUnderWay(lesson, now)} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <Link
            to="/lessons/$lessonId"
            params={{ lessonId: lesson.id }}
            dir="auto"
            // The whole row is the target; the name stays the title alone.
            className={`line-clamp-2 text-left font-medium [overflow-wrap:anywhere] text-ink sm:line-clamp-1 after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent ${isOff ? "text-muted line-through" : ""}`}
          >
            {lesson.title}
          </Link>
          {isUnderWay(lesson, now) ? <Badge tone="success">{texts.now}</Badge> : null}
          {role === undefined || role === "participant" ? null : (
            <Badge tone={role === "host" ? "accent" : "neutral"} className="max-sm:hidden">
              {texts[role]}
            </Badge>
          )}
        </div>
        <p className="flex min-w-0 items-center gap-2 text-sm text-muted">
          <LessonTime startsAt={lesson.startsAt} />
          <span className="hidden min-w-0 gap-1.5 overflow-hidden sm:flex">
            {lesson.tags.slice(0, SHOWN_TAGS).map((tag) => (
              <Badge key={tag} className="max-w-32 shrink">
                {tag}
              </Badge>
            ))}
          </span>
        </p>
      </div>
      {others.length === 0 ? null : (
        <span className="hidden shrink-0 -space-x-1.5 sm:flex">
          <span className="sr-only">{texts.people(others.length + 1)}</span>
          {others.slice(0, SHOWN_PEOPLE).map(({ id, name }) => (
            <span key={id} className="rounded-full ring-2 ring-surface">
              <Avatar name={name} size="small" />
            </span>
          ))}
        </span>
      )}
      <ChevronIcon className="shrink-0 text-muted" />
    </li>
  );
}

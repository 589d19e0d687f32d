import type { Lesson } from "@tidemark/api/contracts";
import { useLive, useSyncStatus } from "@tidemark/sync-client/react";
import { Link } from "@tanstack/react-router";
import { useNow } from "../../clock.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ChevronIcon, OfflineIcon } from "../../ui/icons.tsx";
import { usePageTitle } from "../../ui/page-title.ts";
import { SkeletonList } from "../../ui/skeleton.tsx";
import { formatClockTime, formatDay } from "../../ui/time.ts";

/** The person's lessons by start time, from this device's own data. */
export function LessonsPage() {
  usePageTitle("Lessons");
  const lessons = useLive("lesson", { index: "byStart" });
  return (
    <main className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-2xl px-4 py-8">
        <h1 className="mb-4 text-xl font-semibold tracking-tight">Lessons</h1>
        {lessons.length === 0 ? (
          <NoLessons />
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
            {lessons.map((lesson) => (
              <LessonItem key={lesson.id} lesson={lesson} />
            ))}
          </ul>
        )}
      </div>
    </main>
  );
}

function LessonItem({ lesson }: { readonly lesson: Lesson }) {
  const now = useNow(60_000);
  return (
    <li className="relative flex items-center gap-4 px-4 py-4 transition-colors hover:bg-hover">
      <div className="min-w-0 flex-1">
        <Link
          to="/lessons/$lessonId"
          params={{ lessonId: lesson.id }}
          // The whole row is the target; the name stays the title alone.
          className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {lesson.title}
        </Link>
        <p className="text-sm text-muted">
          <time dateTime={lesson.startsAt}>
            {formatDay(lesson.startsAt, now)}, {formatClockTime(lesson.startsAt)}
          </time>
        </p>
      </div>
      <ChevronIcon className="shrink-0 text-muted" />
    </li>
  );
}

function NoLessons() {
  const { state, lastSyncedAt } = useSyncStatus();
  if (lastSyncedAt !== null) {
    return (
      <EmptyState title="No lessons yet">Once a tutor adds you to a lesson, it appears here by itself.</EmptyState>
    );
  }
  if (state === "pending") return <SkeletonList rows={3} label="Loading your lessons" />;
  return (
    <EmptyState icon={<OfflineIcon />} title="Your lessons are not on this device yet">
      They load as soon as there is a connection, and stay readable without one from then on.
    </EmptyState>
  );
}

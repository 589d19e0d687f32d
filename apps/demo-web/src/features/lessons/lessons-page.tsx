import type { Lesson, LessonRole, Participant } from "@tidemark/api/contracts";
import { useLive, useSyncStatus } from "@tidemark/sync-client/react";
import { useMemo, useState, type ReactNode } from "react";
import { useNow } from "../../clock.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { CalendarIcon, OfflineIcon, PlusIcon } from "../../ui/icons.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { useUserId } from "../auth/use-auth.tsx";
import { LessonListSkeleton } from "./lesson-list-skeleton.tsx";
import { LessonShelf } from "./lesson-shelf.tsx";
import { shelveLessons } from "./lesson-times.ts";

// Comes after the page: whoever opens their lessons wants to see them first.
const CreateLessonDialog = lazyPart(async () => (await import("./create-lesson-dialog.tsx")).CreateLessonDialog);

/** The person's lessons from this device's own data: what comes, what was, what was called off. */
export function LessonsPage() {
  const texts = useTexts("lessons");
  const [isCreating, setIsCreating] = useState(false);
  const lessons = useLive("lesson", { index: "byStart" });
  const people = usePeopleByLesson();
  const now = useNow(30_000);
  const shelves = useMemo(() => shelveLessons(lessons, now), [lessons, now]);
  const createButton = (
    <Button look="primary" icon={<PlusIcon />} onClick={() => setIsCreating(true)}>
      {texts.newLesson}
    </Button>
  );
  return (
    <Page title={texts.lessons}>
      <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col px-4 py-8 sm:px-6 sm:py-10">
        <div className="mb-6 flex min-h-target flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h1 className="text-xl font-semibold">{texts.lessons}</h1>
          {lessons.length === 0 ? null : createButton}
        </div>
        {lessons.length === 0 ? (
          <NoLessons createButton={createButton} />
        ) : (
          <>
            <LessonShelf title={texts.upcoming} empty={texts.upcomingEmpty} lessons={shelves.upcoming} {...people} />
            <LessonShelf title={texts.past} lessons={shelves.past} {...people} />
            <LessonShelf title={texts.cancelled} lessons={shelves.cancelled} {...people} />
          </>
        )}
      </div>
      <CreateLessonDialog isQuiet={!isCreating} isOpen={isCreating} onOpenChange={setIsCreating} />
    </Page>
  );
}

/** The others in each lesson, and what the person is in it. */
function usePeopleByLesson() {
  const userId = useUserId();
  const everybody = useLive("participant", { index: "byLesson" });
  return useMemo(() => {
    const others = new Map<string, readonly Participant[]>();
    const roles = new Map<string, LessonRole>();
    for (const person of everybody) {
      const { lessonId } = person;
      if (person.userId === userId) roles.set(lessonId, person.role);
      else others.set(lessonId, [...(others.get(lessonId) ?? []), person]);
    }
    return {
      othersIn: (lesson: Lesson) => others.get(lesson.id) ?? [],
      roleIn: (lesson: Lesson) => roles.get(lesson.id),
    };
  }, [everybody, userId]);
}

function NoLessons({ createButton }: { readonly createButton: ReactNode }) {
  const texts = useTexts("lessons");
  const { state, lastSyncedAt } = useSyncStatus();
  if (lastSyncedAt === null && state === "pending") return <LessonListSkeleton label={texts.loadingLessons} />;
  return (
    <div className="my-auto pb-16">
      {lastSyncedAt === null ? (
        <EmptyState tone="warning" icon={<OfflineIcon />} title={texts.notHereTitle}>
          {texts.notHereText}
        </EmptyState>
      ) : (
        <EmptyState icon={<CalendarIcon />} title={texts.noLessonsTitle} actions={createButton}>
          {texts.noLessonsText}
        </EmptyState>
      )}
    </div>
  );
}

import { useLive, useSyncStatus } from "@tidemark/sync-client/react";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { BackIcon, OfflineIcon } from "../../ui/icons.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { usePageTitle } from "../../ui/page-title.ts";
import { SkeletonList } from "../../ui/skeleton.tsx";
import { useAuth } from "../auth/use-auth.tsx";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { lessonAbility } from "./lesson-ability.ts";
import { PeopleList } from "./people-list.tsx";

/** A lesson's room: its conversation and its people. */
export function RoomPage() {
  const { lessonId } = useParams({ from: "/lessons/$lessonId" });
  const { state } = useAuth();
  const [lesson] = useLive("lesson", { equals: [lessonId] });
  const people = useLive("participant", { index: "byLesson", equals: [lessonId] });
  const userId = state.status === "signed-out" ? "" : state.user.id;
  const role = people.find((person) => person.userId === userId)?.role ?? "viewer";
  const ability = useMemo(() => lessonAbility(role, userId), [role, userId]);
  usePageTitle(lesson?.title ?? "Lesson");
  if (lesson === undefined) return <NoRoom />;
  return (
    <main className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex items-center gap-1 border-b border-line px-2 py-1.5">
        <Link
          to="/"
          aria-label="All lessons"
          className="inline-flex size-target shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
        >
          <BackIcon />
        </Link>
        <h1 className="min-w-0 truncate font-semibold">{lesson.title}</h1>
      </div>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row-reverse">
        <PeopleList people={people} userId={userId} />
        <ChatPanel key={lessonId} lessonId={lessonId} userId={userId} people={people} ability={ability} />
      </div>
    </main>
  );
}

function NoRoom() {
  const { state, lastSyncedAt } = useSyncStatus();
  if (lastSyncedAt === null && state === "pending") {
    return (
      <main className="mx-auto w-full max-w-2xl flex-1 px-4 py-8">
        <SkeletonList rows={4} label="Loading the lesson" />
      </main>
    );
  }
  const isUnknown = lastSyncedAt !== null;
  return (
    <main className="flex flex-1 flex-col justify-center">
      <EmptyState
        {...(isUnknown ? {} : { icon: <OfflineIcon /> })}
        headingLevel={1}
        title={isUnknown ? "This lesson is not among yours" : "This lesson is not on this device yet"}
        actions={
          <Link to="/" className="font-medium text-accent hover:underline">
            All lessons
          </Link>
        }
      >
        {isUnknown
          ? "It may have ended, or you are not in it. Ask its host to add you."
          : "It loads as soon as there is a connection, and stays readable without one from then on."}
      </EmptyState>
    </main>
  );
}

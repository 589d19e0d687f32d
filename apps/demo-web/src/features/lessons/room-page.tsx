import { useLive } from "@tidemark/sync-client/react";
import { useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { focusPageHeading } from "../../ui/page-focus.ts";
import { CONTENT_ID } from "../../ui/page.tsx";
import { usePageTitle } from "../../ui/page-title.ts";
import { useUserId } from "../auth/use-auth.tsx";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { AboutLesson } from "./about-lesson.tsx";
import { lessonAbility } from "./lesson-ability.ts";
import { NoRoom } from "./no-room.tsx";
import { PeopleList } from "./people-list.tsx";
import { RoomHeader } from "./room-header.tsx";
import { RoomStage } from "./room-stage.tsx";

/**
 * A lesson's room. On a phone people stand in a strip above the conversation; from 56rem of room on they have a column, and
 * from 90rem on the stage for board and call stands beside the chat. Measured on the room, not on the window: the Sync panel
 * takes its part of it.
 */
export function RoomPage() {
  const { lessonId } = useParams({ from: "/lessons/$lessonId" });
  const texts = useTexts("lessons");
  const userId = useUserId();
  const [lesson] = useLive("lesson", { equals: [lessonId] });
  const people = useLive("participant", { index: "byLesson", equals: [lessonId] });
  const role = people.find((person) => person.userId === userId)?.role ?? "viewer";
  const ability = useMemo(() => lessonAbility(role, userId), [role, userId]);
  usePageTitle(lesson?.title ?? texts.lesson);
  useFocusOnLeaving(lesson === undefined);
  if (lesson === undefined) return <NoRoom />;
  return (
    <main id={CONTENT_ID} tabIndex={-1} className="@container flex min-h-0 min-w-0 flex-1 flex-col">
      <RoomHeader lesson={lesson} canManage={ability.canManage} />
      {lesson.cancelledAt === null ? null : (
        <p className="shrink-0 border-b border-line bg-warning-soft px-4 py-2 text-sm">{texts.cancelledNote}</p>
      )}
      <div className="flex min-h-0 flex-1 flex-col @min-[56rem]:flex-row">
        <div className="hidden min-w-0 flex-1 border-r border-line @min-[90rem]:flex">
          <RoomStage size="wide" />
        </div>
        <aside className="shrink-0 [@media(max-height:20rem)]:group-data-writing/page:hidden border-b border-line py-1 @min-[56rem]:order-last @min-[56rem]:w-72 @min-[56rem]:space-y-6 @min-[56rem]:overflow-y-auto @min-[56rem]:border-b-0 @min-[56rem]:border-l @min-[56rem]:px-3 @min-[56rem]:py-4">
          <PeopleList people={people} userId={userId} canManage={ability.canManage} />
          {lesson.description === "" && lesson.tags.length === 0 ? null : (
            <section className="hidden px-2 @min-[56rem]:block">
              <h2 className="mb-1 text-xs font-semibold text-muted">{texts.aboutLesson}</h2>
              <AboutLesson lesson={lesson} isShort />
            </section>
          )}
          <div className="hidden px-2 @min-[56rem]:block @min-[90rem]:hidden">
            <RoomStage size="cards" />
          </div>
        </aside>
        <div className="flex min-h-0 min-w-0 flex-1 flex-col @min-[90rem]:max-w-3xl">
          <ChatPanel key={lessonId} lesson={lesson} userId={userId} people={people} ability={ability} />
        </div>
      </div>
    </main>
  );
}

/** Whoever is taken out of a lesson while in its room is at the heading that says so: the address stays the same. */
function useFocusOnLeaving(isMissing: boolean): void {
  const wasThere = useRef(!isMissing);
  useEffect(() => {
    if (isMissing && wasThere.current && document.activeElement === document.body) focusPageHeading();
    wasThere.current = !isMissing;
  }, [isMissing]);
}

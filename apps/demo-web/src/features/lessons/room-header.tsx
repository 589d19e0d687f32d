import type { Lesson } from "@tidemark/api/contracts";
import { Link } from "@tanstack/react-router";
import { useNow } from "../../clock.ts";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Badge } from "../../ui/badge.tsx";
import { BackIcon } from "../../ui/icons.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { InviteButton } from "./invite-button.tsx";
import { isUnderWay } from "./lesson-times.ts";

const RoomActions = lazyPart(async () => (await import("./room-actions.tsx")).RoomActions);

export function RoomHeader({ lesson, canManage }: { readonly lesson: Lesson; readonly canManage: boolean }) {
  const texts = useTexts("lessons");
  const ui = useTexts("ui");
  const formats = useFormats();
  const now = useNow(30_000);
  return (
    <div className="flex shrink-0 items-center gap-1 border-b border-line bg-surface px-2 py-1.5">
      <Link
        to="/"
        aria-label={ui.allLessons}
        title={ui.allLessons}
        className="inline-flex size-target shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink"
      >
        <BackIcon />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 dir="auto" className="truncate text-left leading-5 font-semibold">
          {lesson.title}
        </h1>
        <p className="flex items-center gap-1.5 text-xs text-muted">
          <time dateTime={lesson.startsAt} className="truncate">
            {formats.day(lesson.startsAt, now)}, {formats.clockTime(lesson.startsAt)}
          </time>
          {isUnderWay(lesson, now) ? (
            <Badge tone="success" className="-my-0.5">
              {texts.now}
            </Badge>
          ) : null}
          {lesson.cancelledAt === null ? null : (
            <Badge tone="warning" className="-my-0.5">
              {texts.cancelled}
            </Badge>
          )}
        </p>
      </div>
      <div className="flex items-center gap-1">
        <RoomActions
          lesson={lesson}
          canManage={canManage}
          isQuiet
          // As wide as what comes: nothing moves when it does.
          whileLoading={
            <>
              {canManage && lesson.cancelledAt === null ? <InviteButton /> : null}
              <span className="size-target" />
            </>
          }
        />
      </div>
    </div>
  );
}

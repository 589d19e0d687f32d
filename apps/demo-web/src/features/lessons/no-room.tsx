import { useSyncStatus } from "@tidemark/sync-client/react";
import { Link } from "@tanstack/react-router";
import { useTexts } from "../../i18n/use-texts.tsx";
import { buttonClasses } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { OfflineIcon, SearchIcon } from "../../ui/icons.tsx";
import { Page } from "../../ui/page.tsx";
import { SkeletonList } from "../../ui/skeleton.tsx";

/** A room whose lesson this device does not have: not yet, or not for this person. */
export function NoRoom() {
  const texts = useTexts("lessons");
  const ui = useTexts("ui");
  const { state, lastSyncedAt } = useSyncStatus();
  if (lastSyncedAt === null && state === "pending") {
    return (
      <Page title={texts.lesson}>
        <div className="mx-auto w-full max-w-3xl px-4 py-8">
          {/* The page's name for screen readers: the lesson's own comes with it. */}
          <h1 className="sr-only">{texts.lesson}</h1>
          <SkeletonList rows={4} label={texts.loadingRoom} />
        </div>
      </Page>
    );
  }
  const isUnknown = lastSyncedAt !== null;
  return (
    <Page title={isUnknown ? texts.noRoomTitle : texts.roomNotHereTitle} className="flex flex-col justify-center">
      <EmptyState
        headingLevel={1}
        tone={isUnknown ? "neutral" : "warning"}
        icon={isUnknown ? <SearchIcon /> : <OfflineIcon />}
        title={isUnknown ? texts.noRoomTitle : texts.roomNotHereTitle}
        actions={
          <Link to="/" className={buttonClasses("primary")}>
            {ui.allLessons}
          </Link>
        }
      >
        {isUnknown ? texts.noRoomText : texts.roomNotHereText}
      </EmptyState>
    </Page>
  );
}

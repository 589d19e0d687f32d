import type { Lesson } from "@tidemark/api/contracts";
import { useSyncStatus } from "@tidemark/sync-client/react";
import { useNow } from "../../clock.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ChatIcon, OfflineIcon } from "../../ui/icons.tsx";
import { SkeletonList } from "../../ui/skeleton.tsx";
import { phaseOf } from "../lessons/lesson-times.ts";

export interface NothingWrittenProps {
  readonly lesson: Lesson;
  readonly canWrite: boolean;
}

/** Nobody wrote, or nothing of it is here: only a device that has heard the server since it was opened knows which. */
export function NothingWritten({ lesson, canWrite }: NothingWrittenProps) {
  const texts = useTexts("chat");
  const { state, lastSyncedAt } = useSyncStatus();
  if (lastSyncedAt === null && state === "pending") {
    return (
      <div className="appear-late px-4">
        <SkeletonList rows={3} label={texts.loadingLog} />
      </div>
    );
  }
  return (
    <div className="my-auto">
      {lastSyncedAt !== null ? (
        <NobodyWrote lesson={lesson} canWrite={canWrite} />
      ) : (
        <EmptyState tone="warning" icon={<OfflineIcon />} title={texts.notHereTitle}>
          {canWrite ? texts.notHereWriter : texts.notHereReader}
        </EmptyState>
      )}
    </div>
  );
}

/** Nobody is asked to say hello in a lesson that is over. */
function NobodyWrote({ lesson, canWrite }: NothingWrittenProps) {
  const texts = useTexts("chat");
  const phase = phaseOf(lesson, useNow(60_000));
  if (phase === "cancelled" || phase === "past") {
    const why = phase === "past" ? texts.emptyPast : texts.emptyCancelled;
    return (
      <EmptyState icon={<ChatIcon />} title={texts.emptyOverTitle}>
        {canWrite ? `${why} ${texts.emptyStillWriter}` : why}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<ChatIcon />} title={texts.emptyTitle}>
      {canWrite ? texts.emptyWriter : texts.emptyReader}
    </EmptyState>
  );
}

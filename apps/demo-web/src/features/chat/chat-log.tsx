import { useNow } from "../../clock.ts";
import { useCallback, useMemo, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ArrowDownIcon } from "../../ui/icons.tsx";
import { formatDay } from "../../ui/time.ts";
import type { LessonAbility } from "../lessons/lesson-ability.ts";
import type { ChatEntry } from "./chat-entries.ts";
import { ChatMessageItem } from "./chat-message-item.tsx";
import { NewMessageAnnouncer } from "./new-message-announcer.tsx";
import { usePinnedScroll } from "./use-pinned-scroll.ts";
import { useTappedRow } from "./use-tapped-row.ts";

export interface ChatLogProps {
  readonly entries: readonly ChatEntry[];
  /** Names by user id. */
  readonly names: ReadonlyMap<string, string>;
  readonly userId: string;
  readonly ability: LessonAbility;
  readonly onShowEarlier: (() => void) | undefined;
}

export function ChatLog({ entries, names, userId, ability, onShowEarlier }: ChatLogProps) {
  const [editingId, setEditingId] = useState<string>();
  const container = useRef<HTMLDivElement>(null);
  const tappedId = useTappedRow(container);
  // The button that had the focus goes with its message.
  const focusLog = useCallback(() => container.current?.focus(), []);
  const messages = useMemo(() => entries.flatMap((entry) => (entry.kind === "message" ? [entry.row] : [])), [entries]);
  const scroll = usePinnedScroll({ container, oldestId: messages.at(0)?.id, newestId: messages.at(-1)?.id });
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={container}
        onScroll={scroll.onScroll}
        // Not live by itself: it would read out every change of fifty messages. The announcer below speaks instead.
        role="log"
        aria-live="off"
        aria-label="Chat"
        // Readers without buttons in it scroll it by keyboard, too.
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div className="mx-auto flex min-h-full max-w-3xl flex-col justify-end py-4">
          {onShowEarlier === undefined ? null : (
            <Button look="quiet" size="small" className="mx-auto mb-2" onClick={onShowEarlier}>
              Show earlier
            </Button>
          )}
          {entries.map((entry) =>
            entry.kind === "day" ? (
              <DayDivider key={entry.key} at={entry.at} />
            ) : (
              <ChatMessageItem
                key={entry.key}
                row={entry.row}
                authorName={names.get(entry.row.authorId) ?? "Someone who left"}
                isOwn={entry.row.authorId === userId}
                startsGroup={entry.startsGroup}
                canEdit={ability.canEdit(entry.row)}
                canDelete={ability.canDelete(entry.row)}
                isEditing={editingId === entry.row.id}
                isActive={tappedId === entry.row.id}
                onEditing={setEditingId}
                onDeleted={focusLog}
              />
            ),
          )}
          {entries.length === 0 ? <NothingWritten canWrite={ability.canWrite} /> : null}
        </div>
      </div>
      {scroll.hasUnseen ? (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button size="small" className="pointer-events-auto rounded-full shadow-raised" onClick={scroll.scrollToEnd}>
            New messages <ArrowDownIcon />
          </Button>
        </div>
      ) : null}
      <NewMessageAnnouncer messages={messages} names={names} userId={userId} />
    </div>
  );
}

function DayDivider({ at }: { readonly at: string }) {
  const now = useNow(60_000);
  return (
    <div className="flex items-center gap-3 px-4 pt-4 pb-2 text-xs font-medium text-muted">
      <span className="h-px flex-1 bg-line" />
      {formatDay(at, now)}
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function NothingWritten({ canWrite }: { readonly canWrite: boolean }) {
  return (
    <div className="my-auto">
      <EmptyState title="Nothing written yet">
        {canWrite ? "Say hello. It works without a connection, too." : "What people write appears here."}
      </EmptyState>
    </div>
  );
}

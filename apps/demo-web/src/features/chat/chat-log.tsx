import type { Lesson } from "@tidemark/api/contracts";
import { useMemo, useRef, useState, type ReactElement, type RefAttributes, type RefObject } from "react";
import { Virtualizer, type CustomContainerComponentProps, type VirtualizerHandle } from "virtua";
import { useTexts } from "../../i18n/use-texts.tsx";
import type { LessonAbility } from "../lessons/lesson-ability.ts";
import { createGrouping, orderRows, type ChatEntry } from "./chat-entries.ts";
import { ChatMessageItem } from "./chat-message-item.tsx";
import { JumpButtons } from "./jump-buttons.tsx";
import { NewMessageAnnouncer } from "./new-message-announcer.tsx";
import { NothingWritten } from "./nothing-written.tsx";
import type { UnsentMessage } from "./unsent-rows.ts";
import { useActiveRows } from "./use-active-rows.ts";
import { useChatScroll } from "./use-chat-scroll.ts";
import { useHistory } from "./use-history.ts";
import { usePrepending } from "./use-prepending.ts";
import { useReading } from "./use-reading.ts";

/** The newest messages stay in the document wherever the reader is: what finds them there never has to scroll. */
const ALWAYS_MOUNTED = 50;
/** A screenful below the unread divider: measured at once, so that a room opened there stands still from the first frame. */
const MOUNTED_FROM_UNREAD = 50;
/** Rows above and below the screen, so that a fast wheel meets no blank. */
const BUFFER_PX = 1_000;

export interface ChatLogProps {
  readonly lesson: Lesson;
  readonly userId: string;
  /** Names by user id. */
  readonly names: ReadonlyMap<string, string>;
  readonly ability: LessonAbility;
  readonly unsent: ReadonlyMap<string, UnsentMessage>;
  readonly editingId: string | undefined;
  /** The open editor says here what it holds. */
  readonly editedWords: RefObject<string>;
  readonly onEditing: (id: string | undefined) => void;
}

/** A lesson's conversation, of which only what is near the screen stands in the document. */
export function ChatLog(props: ChatLogProps) {
  const { lesson, userId, names, ability, unsent, editingId, editedWords, onEditing } = props;
  const { id: lessonId } = lesson;
  const texts = useTexts("chat");
  const log = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const history = useHistory(lessonId, userId);
  const ordered = useMemo(() => orderRows(history.rows, unsent), [history.rows, unsent]);
  const reading = useReading({ lessonId, userId, ordered });
  /** Not known before the list was laid out. */
  const [isAtEnd, setIsAtEnd] = useState<boolean>();
  const [group] = useState(createGrouping);
  const entries = useMemo(() => group(ordered, reading.dividerId), [group, ordered, reading.dividerId]);
  const active = useActiveRows(log);
  const isPrepending = usePrepending(entries);
  const firstUnreadIndex = entries.findIndex(({ startsUnread }) => startsUnread);
  const keepMounted = useMemo(
    () => mountedAlways(entries, { firstUnreadIndex, heldIds: [editingId, active.focusedId] }),
    [entries, firstUnreadIndex, editingId, active.focusedId],
  );
  const newest = ordered.at(-1);
  const scroll = useChatScroll({
    entries,
    log,
    list,
    startIndex: firstUnreadIndex === -1 ? undefined : firstUnreadIndex,
    // Who answers has read.
    onOwnMessage: () => reading.unreadCount === 0 && reading.dropDivider(),
    onNearStart: history.hasOlder ? history.loadOlder : nothing,
    newestOwnId: newest?.authorId === userId && newest.$state === "pending" ? newest.id : undefined,
    onAtEnd(isNowAtEnd) {
      setIsAtEnd(isNowAtEnd);
      // The divider may stand in what is let go; what is edited there, with what was typed, must not.
      const mayTrim = isNowAtEnd && reading.unreadCount === 0 && editingId === undefined;
      if (mayTrim && history.trim()) reading.dropDivider();
    },
    onView: reading.onView,
  });
  // The same element for the same entry: a scroll draws the list in every frame, and with it no row that stands already.
  const draw = useMemo(() => {
    const drawn = new WeakMap<ChatEntry, ReactElement>();
    return (entry: ChatEntry) => {
      const { row, ...place } = entry;
      const item = drawn.get(entry) ?? (
        <ChatMessageItem
          key={row.id}
          row={row}
          authorName={names.get(row.authorId) ?? texts.someoneWhoLeft}
          isOwn={row.authorId === userId}
          {...place}
          canEdit={ability.canEdit(row)}
          canDelete={ability.canDelete(row)}
          isEditing={editingId === row.id}
          isActive={active.tappedId === row.id}
          editedWords={editedWords}
          onEditing={onEditing}
        />
      );
      drawn.set(entry, item);
      return item;
    };
  }, [names, texts, userId, ability, editingId, active.tappedId, editedWords, onEditing]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={log}
        // Not live by itself: it would read out every change of fifty messages. The announcer below speaks instead.
        role="log"
        aria-live="off"
        aria-label={texts.log}
        // Readers without buttons in it scroll it by keyboard, too.
        tabIndex={0}
        className="h-full contain-strict overflow-y-auto overscroll-contain -outline-offset-2 sm:[scrollbar-gutter:stable] [overflow-anchor:none]"
      >
        <div
          // Not before the rows have their true heights: put right under somebody's eyes, they would move.
          className={`mx-auto flex min-h-full max-w-3xl flex-col justify-end pb-4 ${isAtEnd === undefined ? "invisible" : ""}`}
        >
          {entries.length === 0 ? <NothingWritten lesson={lesson} canWrite={ability.canWrite} /> : null}
          <Virtualizer
            ref={list}
            as={Rows}
            scrollRef={log}
            onScroll={scroll.onScroll}
            data={entries}
            shift={isPrepending}
            keepMounted={keepMounted}
            bufferSize={BUFFER_PX}
          >
            {draw}
          </Virtualizer>
        </div>
      </div>
      <JumpButtons
        reading={reading}
        isAtEnd={isAtEnd ?? true}
        onIndex={scroll.scrollToIndex}
        onEnd={scroll.scrollToEnd}
      />
      <NewMessageAnnouncer messages={ordered} names={names} userId={userId} />
    </div>
  );
}

const nothing = () => undefined;

/**
 * Around the rows. The list asks for no pointer while it scrolls, and a line more in the message box scrolls it too: each
 * beginning and end of that would style every element of every row anew, which is most of what such a key press costs.
 */
function Rows({ style, ...rest }: CustomContainerComponentProps & RefAttributes<HTMLDivElement>) {
  return <div {...rest} style={{ ...style, pointerEvents: undefined }} />;
}

interface MountedAlways {
  /** -1 where everything is read. */
  readonly firstUnreadIndex: number;
  readonly heldIds: readonly (string | undefined)[];
}

/** The indexes of the newest messages, of those that an opened room begins with, and of those that somebody is at. */
function mountedAlways(entries: readonly ChatEntry[], { firstUnreadIndex, heldIds }: MountedAlways): readonly number[] {
  const first = Math.max(0, entries.length - ALWAYS_MOUNTED);
  const unread = firstUnreadIndex === -1 ? [] : rangeOf(firstUnreadIndex, firstUnreadIndex + MOUNTED_FROM_UNREAD);
  const held = heldIds.map((id) => (id === undefined ? -1 : entries.findLastIndex(({ row }) => row.id === id)));
  const older = [...unread, ...held].filter((index) => index !== -1 && index < first);
  return [...new Set(older)].sort((left, right) => left - right).concat(rangeOf(first, entries.length));
}

const rangeOf = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

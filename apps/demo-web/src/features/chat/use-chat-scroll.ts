import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { ChatEntry } from "./chat-entries.ts";
import type { View } from "./unread.ts";

/** Closer to the end than this counts as being there. */
const END_SLACK_PX = 48;
/** Closer to the oldest message than this asks for older ones. */
const OLDER_WITHIN_PX = 4_000;

export interface ChatScrollOptions {
  readonly entries: readonly ChatEntry[];
  readonly log: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  /** Where an opened room begins: at the unread divider, if there is one. */
  readonly startIndex: number | undefined;
  /** The person's own newest message while it waits to be sent: to write is to come back to the end. */
  readonly newestOwnId: string | undefined;
  readonly onOwnMessage: () => void;
  readonly onNearStart: () => void;
  readonly onAtEnd: (isAtEnd: boolean) => void;
  /** What is on the screen of a visible page now. */
  readonly onView: (view: View) => void;
}

export interface ChatScroll {
  readonly onScroll: () => void;
  readonly scrollToEnd: () => void;
  /** Brings an entry to the upper part of the screen. */
  readonly scrollToIndex: (index: number) => void;
}

/**
 * Keeps a reader at the newest message while they are there, and at what they read while they are not, whatever comes in or
 * goes above or below it.
 */
export function useChatScroll(options: ChatScrollOptions): ChatScroll {
  const { entries, log, list, startIndex, newestOwnId } = options;
  const latest = useRef(options);
  const atEnd = useRef(startIndex === undefined);
  const ownId = useRef(newestOwnId);
  const seenSize = useRef("");
  const anchor = useRef<{ readonly id: string; readonly offset: number }>(undefined);
  const hasStarted = useRef(false);

  const setAtEnd = useCallback((isAtEnd: boolean) => {
    atEnd.current = isAtEnd;
    latest.current.onAtEnd(isAtEnd);
  }, []);

  const look = useCallback(() => {
    const {
      log: { current: element },
      list: { current: virtualizer },
      onView,
    } = latest.current;
    if (element === null || virtualizer === null || document.visibilityState !== "visible") return;
    onView(viewOf(element, virtualizer));
  }, []);

  useLayoutEffect(() => {
    latest.current = options;
  });

  useLayoutEffect(() => {
    const [element, virtualizer] = [log.current, list.current];
    if (element === null || virtualizer === null || entries.length === 0) return;
    const hasWritten = newestOwnId !== undefined && newestOwnId !== ownId.current;
    ownId.current = newestOwnId;
    // Nobody looks: what comes in now stands below what they saw last when they come back.
    if (document.visibilityState === "hidden" && hasStarted.current) setAtEnd(false);
    if (hasWritten) {
      setAtEnd(true);
      latest.current.onOwnMessage();
    }
    if (!hasStarted.current && startIndex !== undefined) virtualizer.scrollToIndex(startIndex, { align: "start" });
    else if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (anchor.current !== undefined) holdAnchor(element, virtualizer, { entries, anchor: anchor.current });
    hasStarted.current = true;
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [entries, log, list, startIndex, newestOwnId, look, setAtEnd]);

  useEffect(() => {
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [look]);

  // The log gets smaller when a keyboard opens or the message box grows; its content grows when rows are measured.
  useEffect(() => {
    const element = log.current;
    const observer = new ResizeObserver(() => {
      if (element === null) return;
      seenSize.current = sizeOf(element);
      if (atEnd.current) element.scrollTop = element.scrollHeight;
      setAtEnd(atEnd.current || isNearEnd(element));
      look();
    });
    for (const part of [element, element?.firstElementChild]) if (part != null) observer.observe(part);
    return () => observer.disconnect();
  }, [log, setAtEnd, look]);

  return {
    onScroll: () => {
      const [element, virtualizer] = [log.current, list.current];
      if (element === null || virtualizer === null) return;
      anchor.current = anchorAt(element, virtualizer, entries);
      look();
      if (element.scrollTop < OLDER_WITHIN_PX) options.onNearStart();
      // Not the person scrolled but the browser, because the log or its content changed its size: the observer above
      // comes next, and must still know that they were at the end.
      if (seenSize.current !== sizeOf(element)) return;
      if (isNearEnd(element) !== atEnd.current) setAtEnd(isNearEnd(element));
    },
    scrollToEnd: useCallback(() => {
      const element = log.current;
      if (element === null) return;
      setAtEnd(true);
      element.scrollTop = element.scrollHeight;
    }, [log, setAtEnd]),
    scrollToIndex: useCallback(
      (index) => {
        setAtEnd(false);
        list.current?.scrollToIndex(index, { align: "start" });
      },
      [list, setAtEnd],
    ),
  };
}

const sizeOf = ({ clientHeight, scrollHeight }: Element): string => `${clientHeight} of ${scrollHeight}`;

const isNearEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): boolean =>
  scrollHeight - scrollTop - clientHeight <= END_SLACK_PX;

interface Anchor {
  readonly id: string;
  /** From the top of that message to the top of the screen, in pixels. */
  readonly offset: number;
}

/** What stands at the top of the screen. */
function anchorAt(
  { scrollTop }: HTMLElement,
  list: VirtualizerHandle,
  entries: readonly ChatEntry[],
): Anchor | undefined {
  const index = list.findItemIndex(scrollTop);
  const entry = entries[index];
  return entry && { id: entry.row.id, offset: scrollTop - list.getItemOffset(index) };
}

/** Puts it back to where it stood; a message that is gone holds nothing. */
function holdAnchor(
  element: HTMLElement,
  list: VirtualizerHandle,
  { entries, anchor }: { readonly entries: readonly ChatEntry[]; readonly anchor: Anchor },
): void {
  const index = entries.findLastIndex(({ row }) => row.id === anchor.id);
  if (index === -1) return;
  const wanted = list.getItemOffset(index) + anchor.offset;
  if (Math.abs(wanted - element.scrollTop) > 1) element.scrollTop = wanted;
}

/** A message taller than the screen is seen once its end is. */
function viewOf({ scrollTop, clientHeight }: HTMLElement, list: VirtualizerHandle): View {
  const end = scrollTop + clientHeight;
  const last = list.findItemIndex(end);
  const isWhole = list.getItemOffset(last) + list.getItemSize(last) <= end + 1;
  return { top: list.findItemIndex(scrollTop), bottom: isWhole ? last : last - 1 };
}

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
    const { list: of, onView } = latest.current;
    if (of.current === null || document.visibilityState !== "visible") return;
    onView(viewOf(of.current));
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
    else if (atEnd.current) followEnd(element);
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
    const observer = new ResizeObserver((changes) => {
      const virtualizer = list.current;
      if (element === null || virtualizer === null) return;
      seenSize.current = sizeOf(virtualizer);
      setAtEnd(atEnd.current ? followEnd(element) : isNearEnd(virtualizer));
      // Whoever edits a message and turns the phone goes on editing it: once the rows were measured in their new width.
      if (changes.some(({ target }) => target === element)) requestAnimationFrame(() => showFocused(element));
      look();
    });
    for (const part of [element, element?.firstElementChild]) if (part != null) observer.observe(part);
    return () => observer.disconnect();
  }, [log, list, setAtEnd, look]);

  return {
    onScroll: () => {
      const virtualizer = list.current;
      if (virtualizer === null) return;
      anchor.current = anchorAt(virtualizer, entries);
      look();
      if (virtualizer.scrollOffset < OLDER_WITHIN_PX) options.onNearStart();
      // Not the person scrolled but the browser, because the log or its content changed its size: the observer above
      // comes next, and must still know that they were at the end.
      if (seenSize.current !== sizeOf(virtualizer)) return;
      if (isNearEnd(virtualizer) !== atEnd.current) setAtEnd(isNearEnd(virtualizer));
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

/** To the newest message, as far as what is edited stays in sight of whoever edits it. Answers whether that was the end. */
function followEnd(log: HTMLElement): boolean {
  log.scrollTop = log.scrollHeight;
  if (document.activeElement instanceof HTMLTextAreaElement) showFocused(log);
  return log.scrollHeight - log.scrollTop - log.clientHeight <= END_SLACK_PX;
}

/** The whole message that has the focus, with what belongs to its editor. */
function showFocused(log: HTMLElement): void {
  const { activeElement } = document;
  if (log.contains(activeElement)) activeElement?.closest("[data-row]")?.scrollIntoView({ block: "nearest" });
}

// What the list has measured, not what the document would measure anew: asked in every frame of a scroll, that would cost a
// layout each.
const sizeOf = ({ viewportSize, scrollSize }: VirtualizerHandle): string => `${viewportSize} of ${scrollSize}`;

const isNearEnd = ({ scrollSize, scrollOffset, viewportSize }: VirtualizerHandle): boolean =>
  scrollSize - scrollOffset - viewportSize <= END_SLACK_PX;

interface Anchor {
  readonly id: string;
  /** From the top of that message to the top of the screen, in pixels. */
  readonly offset: number;
}

/** What stands at the top of the screen. */
function anchorAt(list: VirtualizerHandle, entries: readonly ChatEntry[]): Anchor | undefined {
  const index = list.findItemIndex(list.scrollOffset);
  const entry = entries[index];
  return entry && { id: entry.row.id, offset: list.scrollOffset - list.getItemOffset(index) };
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
  if (Math.abs(wanted - list.scrollOffset) > 1) element.scrollTop = wanted;
}

/** A message taller than the screen is seen once its end is. */
function viewOf(list: VirtualizerHandle): View {
  const end = list.scrollOffset + list.viewportSize;
  const last = list.findItemIndex(end);
  const isWhole = list.getItemOffset(last) + list.getItemSize(last) <= end + 1;
  return { top: list.findItemIndex(list.scrollOffset), bottom: isWhole ? last : last - 1 };
}

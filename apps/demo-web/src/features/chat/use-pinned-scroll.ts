import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Closer to the end than this counts as being there. */
const END_SLACK_PX = 48;

export interface PinnedScroll {
  /** The newest message came in below what the person reads. */
  readonly hasUnseen: boolean;
  readonly onScroll: () => void;
  readonly scrollToEnd: () => void;
}

export interface PinnedScrollOptions {
  readonly container: RefObject<HTMLElement | null>;
  readonly oldestId: string | undefined;
  readonly newestId: string | undefined;
}

/**
 * Keeps a reader at the newest message while they are there, and where they are while they are not; older messages added
 * above do not move what is on screen.
 */
export function usePinnedScroll({ container, oldestId, newestId }: PinnedScrollOptions): PinnedScroll {
  const isAtEnd = useRef(true);
  const seenSize = useRef("");
  const before = useRef({ oldestId, newestId, height: 0 });
  const [hasUnseen, setHasUnseen] = useState(false);

  const scrollToEnd = useCallback(() => {
    const element = container.current;
    if (element === null) return;
    element.scrollTo({ top: element.scrollHeight });
    isAtEnd.current = true;
    setHasUnseen(false);
  }, [container]);

  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    const last = before.current;
    const hasOlder = last.oldestId !== oldestId;
    const hasNewer = last.newestId !== newestId;
    if (isAtEnd.current) element.scrollTo({ top: element.scrollHeight });
    else if (hasOlder && !hasNewer) element.scrollBy({ top: element.scrollHeight - last.height });
    else if (hasNewer) setHasUnseen(true);
    before.current = { oldestId, newestId, height: element.scrollHeight };
  }, [container, oldestId, newestId]);

  // The log gets smaller when a keyboard opens or the message box grows; its content grows when a mark appears.
  useEffect(() => {
    const element = container.current;
    const observer = new ResizeObserver(() => {
      if (element === null) return;
      seenSize.current = sizeOf(element);
      if (isAtEnd.current) element.scrollTo({ top: element.scrollHeight });
    });
    for (const part of [element, element?.firstElementChild]) if (part != null) observer.observe(part);
    return () => observer.disconnect();
  }, [container]);

  const onScroll = useCallback(() => {
    const element = container.current;
    // Not the person scrolled but the browser, because the log or its content changed its size: the observer above
    // comes next, and must still know that they were at the end.
    if (element === null || seenSize.current !== sizeOf(element)) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight <= END_SLACK_PX;
    if (isAtEnd.current) setHasUnseen(false);
  }, [container]);

  return { hasUnseen, onScroll, scrollToEnd };
}

const sizeOf = ({ clientHeight, scrollHeight }: Element): string => `${clientHeight} of ${scrollHeight}`;

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Closer to the end than this counts as being there. */
const END_SLACK_PX = 48;

export interface PinnedScroll {
  readonly container: RefObject<HTMLDivElement | null>;
  /** The newest message came in below what the person reads. */
  readonly hasUnseen: boolean;
  readonly onScroll: () => void;
  readonly scrollToEnd: () => void;
}

/**
 * Keeps a reader at the newest message while they are there, and where they are while they are not; older messages added
 * above do not move what is on screen.
 */
export function usePinnedScroll(ends: {
  readonly oldestId: string | undefined;
  readonly newestId: string | undefined;
}): PinnedScroll {
  const container = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const before = useRef({ ...ends, height: 0 });
  const [hasUnseen, setHasUnseen] = useState(false);

  const scrollToEnd = useCallback(() => {
    const element = container.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    isAtEnd.current = true;
    setHasUnseen(false);
  }, []);

  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    const { oldestId, newestId, height } = before.current;
    if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    else if (oldestId !== ends.oldestId && newestId === ends.newestId)
      element.scrollTop += element.scrollHeight - height;
    else if (newestId !== ends.newestId) setHasUnseen(true);
    before.current = { ...ends, height: element.scrollHeight };
  }, [ends.oldestId, ends.newestId]);

  // The box gets smaller when the keyboard opens or the message box grows, its content when a mark changes.
  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);

  const onScroll = useCallback(() => {
    const element = container.current;
    if (element === null) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight <= END_SLACK_PX;
    if (isAtEnd.current) setHasUnseen(false);
  }, []);

  return { container, hasUnseen, onScroll, scrollToEnd };
}

import { isFurther, isRead, type ReadPosition } from "@tidemark/api/contracts";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ChatRow } from "./chat-row.ts";
import { findUnread, newestPlace, NOTHING_READ, placeOf, readBySeeing, type View } from "./unread.ts";
import { useReadMark } from "./use-read-mark.ts";

export interface Reading {
  readonly unreadCount: number;
  /** Where the first unread message lies, as seen from the screen. */
  readonly unreadWhere: "above" | "below";
  readonly firstUnreadIndex: number;
  /** The divider stands above it. */
  readonly dividerId: string | undefined;
  /** Call it whenever something else is on the screen, as often as it comes. */
  readonly onView: (view: View) => void;
  /** The person says so. */
  readonly markAllRead: () => void;
  /** Takes the divider away. */
  readonly dropDivider: () => void;
}

export interface ReadingOptions {
  readonly lessonId: string;
  readonly userId: string;
  /** In reading order. */
  readonly ordered: readonly ChatRow[];
}

/** The page follows what was seen this often. */
const SETTLE_MS = 150;

/**
 * What the person has read and what not. The divider stays where they found it while they read on, and moves once all was
 * read and something came in that they did not see.
 */
export function useReading({ lessonId, userId, ordered }: ReadingOptions): Reading {
  const { mark, report } = useReadMark({ lessonId, userId });
  // Who has never looked begins at the newest: a divider above everything there ever was tells nothing.
  const [start] = useState(() => placeOfNewest(ordered));
  const readUpTo = mark ?? start;
  const unread = useMemo(() => findUnread(ordered, readUpTo, userId), [ordered, readUpTo, userId]);
  const [divider, setDivider] = useState(unread.count > 0 ? readUpTo : undefined);
  const [unreadWhere, setUnreadWhere] = useState<Reading["unreadWhere"]>("below");
  const hadUnread = useRef(unread.count > 0);
  /** Ahead of the mark between two settlings. */
  const furthest = useRef(readUpTo);
  const latest = useRef({ ordered, view: { top: 0, bottom: -1 } });
  useLayoutEffect(() => {
    latest.current = { ...latest.current, ordered };
    if (isFurther(readUpTo, furthest.current)) furthest.current = readUpTo;
  }, [ordered, readUpTo]);

  const settle = useCallback(() => {
    const { ordered: rows, view } = latest.current;
    const place = furthest.current;
    if (place !== start) report(place);
    const left = findUnread(rows, place, userId);
    if (left.count > 0 && !hadUnread.current) setDivider(place);
    hadUnread.current = left.count > 0;
    setUnreadWhere(left.count > 0 && left.firstIndex < view.top ? "above" : "below");
  }, [report, start, userId]);
  const settleSoon = useSoon(settle, SETTLE_MS);

  const onView = useCallback(
    (view: View) => {
      latest.current = { ...latest.current, view };
      const place = readBySeeing(latest.current.ordered, { view, mark: furthest.current, userId });
      if (place !== undefined) furthest.current = place;
      // Who comes for the first time has read what was there, once they see any of it.
      else if (furthest.current === start) furthest.current = placeOfOthers(latest.current.ordered, start, userId);
      settleSoon();
    },
    [settleSoon, start, userId],
  );
  const first = useMemo(
    () => (divider === undefined ? undefined : ordered[findUnread(ordered, divider, userId).firstIndex]),
    [ordered, divider, userId],
  );

  return {
    unreadCount: unread.count,
    unreadWhere,
    firstUnreadIndex: unread.firstIndex,
    dividerId: first?.id,
    onView,
    markAllRead: () => {
      const newest = newestPlace(ordered, userId);
      if (newest !== undefined && isFurther(newest, furthest.current)) furthest.current = newest;
      settle();
    },
    dropDivider: useCallback(() => setDivider(undefined), []),
  };
}

/** Runs it once, a moment after the first of many calls. */
function useSoon(run: () => void, delayMs: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const soon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      run();
    }, delayMs);
  }, [run, delayMs]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return soon;
}

/** The newest of the others' messages up to there. */
function placeOfOthers(ordered: readonly ChatRow[], upTo: ReadPosition, userId: string): ReadPosition {
  const newest = newestPlace(
    ordered.filter((row) => isRead(row, upTo)),
    userId,
  );
  return newest ?? upTo;
}

function placeOfNewest(ordered: readonly ChatRow[]): ReadPosition {
  const newest = ordered.findLast(({ $state }) => $state === "synced");
  return newest === undefined ? NOTHING_READ : placeOf(newest);
}

import { readMarkId } from "@tidemark/api/contracts";
import { useLive, useSync } from "@tidemark/sync-client/react";
import { useCallback, useState } from "react";
import type { TidemarkSync } from "../sync/sync-host.ts";
import type { ChatRow } from "./chat-row.ts";

/** Messages that a step back into the past brings, out of this device's own store. */
const PAGE_SIZE = 200;
/** More than this is let go once the reader is back at the newest message. */
const MOST_KEPT = 3 * PAGE_SIZE;
/** As far back as an opened room looks for the first unread message. */
const MOST_UNREAD = 2_000;
/** Read messages above the first unread one, so that it does not stand without what it answers. */
const CONTEXT_SIZE = 30;

export interface History {
  /** From some message to the newest, oldest first. */
  readonly rows: readonly ChatRow[];
  /** The store holds older ones. */
  readonly hasOlder: boolean;
  readonly loadOlder: () => void;
  /** Lets go of what lies far above the newest messages, where nobody looks at it; answers whether there was any. */
  readonly trim: () => boolean;
}

/**
 * The newest part of a lesson's conversation, kept live, and longer with each step back. The part is bounded by a time,
 * not by a number: so a new message adds one row and takes none away at the other end, where somebody may be reading.
 */
export function useHistory(lessonId: string, userId: string): History {
  const sync = useSync();
  /** The time of the oldest message that is kept; absent: all of them. */
  const [since, setSince] = useState(() => firstStart(sync, { lessonId, userId }));
  const ofLesson = { index: "byLesson", equals: [lessonId] } as const;
  const rows = useLive("chatMessage", { ...ofLesson, ...(since !== undefined && { range: { gte: since } }) });
  const [older] = useLive("chatMessage", {
    ...ofLesson,
    order: "desc",
    limit: 1,
    ...(since !== undefined && { range: { lt: since } }),
  });
  return {
    rows,
    hasOlder: since !== undefined && older !== undefined,
    loadOlder: useCallback(() => {
      setSince((current) => current && startBefore(sync, { lessonId, before: current, count: PAGE_SIZE }));
    }, [sync, lessonId]),
    trim: useCallback(() => {
      const start = rows.length > MOST_KEPT ? rows.at(-PAGE_SIZE)?.createdAt : undefined;
      if (start !== undefined) setSince(start);
      return start !== undefined;
    }, [rows]),
  };
}

/** A page of the newest, and all that is unread. */
function firstStart(
  sync: TidemarkSync,
  { lessonId, userId }: { readonly lessonId: string; readonly userId: string },
): string | undefined {
  const [mark] = sync.query("readMark", { equals: [readMarkId(userId, lessonId)] }).get();
  const newest = startBefore(sync, { lessonId, count: PAGE_SIZE });
  if (mark === undefined || newest === undefined || mark.upToAt >= newest) return newest;
  const oldest = startBefore(sync, { lessonId, count: MOST_UNREAD }) ?? "";
  return startBefore(sync, { lessonId, before: mark.upToAt > oldest ? mark.upToAt : oldest, count: CONTEXT_SIZE });
}

/** The time of the message `count` steps before that time, or before the end; absent where there are not so many. */
function startBefore(
  sync: TidemarkSync,
  { lessonId, before, count }: { readonly lessonId: string; readonly before?: string; readonly count: number },
): string | undefined {
  const found = sync
    .query("chatMessage", {
      index: "byLesson",
      equals: [lessonId],
      order: "desc",
      limit: count,
      ...(before !== undefined && { range: { lt: before } }),
    })
    .get();
  return found.length < count ? undefined : found.at(-1)?.createdAt;
}

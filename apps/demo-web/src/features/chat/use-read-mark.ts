import { chatMarkReadArgs, isFurther, readMarkId, type ReadPosition } from "@tidemark/api/contracts";
import { SyncClientError } from "@tidemark/sync-client";
import { useDeadLetters, useLive, useMutation, useSyncStatus } from "@tidemark/sync-client/react";
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import { browserStorage } from "./draft-store.ts";
import { createKeptPlace } from "./kept-place.ts";

/** What is read within this time is told at once. */
const GATHER_MS = 1_500;

export interface ReadMark {
  /** How far the person has read, on whichever device; absent where they have never looked. */
  readonly mark: ReadPosition | undefined;
  /** They have seen everything up to there. */
  readonly report: (place: ReadPosition) => void;
}

/**
 * How far a person has read a lesson, and how the server gets to know: gathered, and only while nothing that they wrote
 * waits. A mark is worth nothing beside a message, so it neither goes before one nor counts among what is not sent yet;
 * until then this device keeps it.
 */
export function useReadMark({ lessonId, userId }: { readonly lessonId: string; readonly userId: string }): ReadMark {
  const kept = useMemo(() => createKeptPlace({ storage: browserStorage(), userId, lessonId }), [userId, lessonId]);
  const [stored] = useLive("readMark", { equals: [readMarkId(userId, lessonId)] });
  const [seen, setSeen] = useState(() => kept.read());
  const refused = useRefusedMark(lessonId);
  // Back to what the server holds where it refuses what this device saw.
  const ahead = seen?.upTo === refused ? undefined : seen;
  const isAhead = ahead !== undefined && (stored === undefined || isFurther(ahead, stored));

  useEffect(() => {
    if (isAhead) kept.write(ahead);
    else kept.clear();
  }, [kept, isAhead, ahead]);

  const markRead = useMutation("chat.markRead");
  const send = useEffectEvent(async () => {
    if (ahead === undefined) return;
    try {
      await markRead({ lessonId, upTo: ahead.upTo });
    } catch (error) {
      // Not even the message box could save anything now, and it says so. This device keeps the place.
      if (!(error instanceof SyncClientError)) throw error;
    }
  });
  const { state } = useSyncStatus();
  useEffect(() => {
    if (!isAhead || state !== "synced") return;
    const timer = setTimeout(() => void send(), GATHER_MS);
    return () => clearTimeout(timer);
  }, [isAhead, state]);

  return {
    mark: isAhead ? ahead : stored,
    report: useCallback((place) => {
      setSeen((current) => (current === undefined || isFurther(place, current) ? place : current));
    }, []),
  };
}

/**
 * The mark that the server refused last: its lesson is lost, or a backup from before its message was restored. It leaves a
 * person nothing to decide, so it is given up; and not tried again.
 */
function useRefusedMark(lessonId: string): string | undefined {
  const { items, discard } = useDeadLetters();
  const found = items.flatMap(({ name, args }) => {
    const mark = chatMarkReadArgs.safeParse(name === "chat.markRead" ? args : undefined);
    return mark.success && mark.data.lessonId === lessonId ? [mark.data.upTo] : [];
  });
  const [refused, setRefused] = useState(found.at(-1));
  if (found.length > 0 && found.at(-1) !== refused) setRefused(found.at(-1));
  useEffect(() => {
    for (const { id, name } of items) if (name === "chat.markRead") void discard(id);
  }, [items, discard]);
  return refused;
}

import { readMarkId, type ReadPosition } from "@tidemark/api/contracts";
import { useLive, useSyncStatus } from "@tidemark/sync-client/react";
import { TRPCClientError } from "@trpc/client";
import { useCallback, useEffect, useEffectEvent, useMemo, useReducer } from "react";
import { errorCodeOf } from "../../api-errors.ts";
import { browserStorage } from "../../browser-storage.ts";
import { useApi } from "../../use-api.tsx";
import { createKeptPlace } from "./kept-place.ts";
import { aheadOf, leftToTell, nextTelling, startTelling } from "./mark-telling.ts";

/** What is read within this time is told at once. */
const GATHER_MS = 1_500;
/** A call without an answer is made again after this, if the connection still seems to be there. */
const AGAIN_MS = 5_000;
const REFUSALS: ReadonlySet<unknown> = new Set(["NOT_FOUND", "FORBIDDEN", "INVALID_ARGUMENTS", "BAD_REQUEST"]);

export interface ReadMark {
  /** How far the person has read, on whichever device; absent where they have never looked. */
  readonly mark: ReadPosition | undefined;
  /** They have seen everything up to there. */
  readonly report: (place: ReadPosition) => void;
}

/**
 * How far a person has read a lesson, and how the server gets to know: gathered, by a call of its own, while nothing that
 * they wrote waits. A mark is worth nothing beside a message, so it never stands in the queue: what is counted there is
 * what people wrote. Until the server's row has caught up this device keeps the place, for all of its tabs.
 */
export function useReadMark({ lessonId, userId }: { readonly lessonId: string; readonly userId: string }): ReadMark {
  const api = useApi();
  const kept = useMemo(() => createKeptPlace({ storage: browserStorage(), userId, lessonId }), [userId, lessonId]);
  const [stored] = useLive("readMark", { equals: [readMarkId(userId, lessonId)] });
  const [telling, tell] = useReducer(nextTelling, undefined, () => startTelling(kept.read()));
  const ahead = aheadOf(telling, stored);
  const untold = leftToTell(telling, stored);

  useEffect(() => {
    if (ahead === undefined) kept.clear();
    else kept.write(ahead);
  }, [kept, ahead]);
  useEffect(() => kept.watch((place) => tell({ type: "seen", place })), [kept]);

  const send = useEffectEvent(async () => {
    if (untold === undefined) return;
    try {
      const { upTo, upToAt } = await api.chat.markRead.mutate({ lessonId, upTo: untold.upTo });
      tell({ type: "told", place: { upTo, upToAt } });
    } catch (error) {
      if (!(error instanceof TRPCClientError)) throw error;
      tell(REFUSALS.has(errorCodeOf(error)) ? { type: "refused", place: untold } : { type: "failed" });
    }
  });
  const { state } = useSyncStatus();
  const { told, failures } = telling;
  // Another one once it was answered: what was read meanwhile is the next call.
  const due = untold !== undefined && state === "synced" ? `after ${told?.upTo}, ${failures} in vain` : undefined;
  useEffect(() => {
    if (due === undefined) return;
    const timer = setTimeout(() => void send(), failures === 0 ? GATHER_MS : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [due, failures]);

  return { mark: ahead ?? stored, report: useCallback((place) => tell({ type: "seen", place }), []) };
}

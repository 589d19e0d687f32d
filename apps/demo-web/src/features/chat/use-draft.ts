import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { browserStorage } from "../../browser-storage.ts";
import { createDraftStore } from "./draft-store.ts";

/** A key press must not wait for a disk: what is typed is kept this much later, and at once where the page goes. */
const KEEP_AFTER_MS = 100;

export interface Draft {
  /** What was kept of it when the lesson was opened: the box begins with it. */
  readonly kept: string;
  /** The person wrote. Renders nothing. */
  readonly change: (text: string) => void;
  /** Begins anew; what is kept stays until `keep`, when the words are safe elsewhere. */
  readonly empty: () => void;
  readonly keep: () => void;
  /** The text as it is now, for code that has waited meanwhile. */
  readonly latest: () => string;
}

/** What a person is writing in a lesson: it outlives reloads, updates and the sign-in of others on this device. */
export function useDraft({ lessonId, userId }: { readonly lessonId: string; readonly userId: string }): Draft {
  const drafts = useMemo(() => createDraftStore({ storage: browserStorage(), userId }), [userId]);
  const [kept] = useState(() => drafts.read(lessonId));
  const latest = useRef(kept);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const keep = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    drafts.write(lessonId, latest.current);
  }, [drafts, lessonId]);

  useEffect(() => {
    const keepWaiting = () => timer.current !== undefined && keep();
    addEventListener("pagehide", keepWaiting);
    document.addEventListener("visibilitychange", keepWaiting);
    return () => {
      keepWaiting();
      removeEventListener("pagehide", keepWaiting);
      document.removeEventListener("visibilitychange", keepWaiting);
    };
  }, [keep]);

  return {
    kept,
    change: useCallback(
      (next) => {
        latest.current = next;
        timer.current ??= setTimeout(keep, KEEP_AFTER_MS);
      },
      [keep],
    ),
    empty: useCallback(() => {
      clearTimeout(timer.current);
      timer.current = undefined;
      latest.current = "";
    }, []),
    keep,
    latest: useCallback(() => latest.current, []),
  };
}

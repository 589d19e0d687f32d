import { useSyncStatus } from "@tidemark/sync-client/react";
import { useEffect, useMemo, useState } from "react";
import { useApi } from "../../use-api.tsx";

/** Who is here; `undefined` while nobody can know. */
export type OnlineIds = ReadonlySet<string> | undefined;

const POLL_INTERVAL_MS = 15_000;

/** Asks the server who of these people is online, as long as the page is looked at. Offline nothing is known, and nothing is claimed. */
export function useOnline(userIds: readonly string[]): OnlineIds {
  const api = useApi();
  const isOffline = useSyncStatus().state === "offline";
  const [online, setOnline] = useState<OnlineIds>();
  // By its content: the rows are made anew with every change of the lesson.
  const asked = userIds.toSorted().join();
  const ids = useMemo(() => (asked === "" ? [] : asked.split(",")), [asked]);

  useEffect(() => {
    if (ids.length === 0 || isOffline) return undefined;
    let isCurrent = true;
    async function ask() {
      if (document.visibilityState !== "visible") return;
      try {
        const { online_ids: here } = await api.users.onlineStatus.query({ ids: [...ids] });
        if (isCurrent) setOnline(new Set(here));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // No answer: who is here is not known any more.
        if (isCurrent) setOnline(undefined);
      }
    }
    const askNow = () => void ask();
    askNow();
    const timer = setInterval(askNow, POLL_INTERVAL_MS);
    document.addEventListener("visibilitychange", askNow);
    return () => {
      isCurrent = false;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", askNow);
    };
  }, [api, ids, isOffline]);

  return isOffline ? undefined : online;
}

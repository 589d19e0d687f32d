import { useSync, useSyncStatus } from "@tidemark/sync-client/react";
import { useState } from "react";
import type { ApiClient } from "../../api-client.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { useApi } from "../../use-api.tsx";
import { describeLessonError } from "./lesson-errors.ts";

export interface LessonCall {
  readonly isBusy: boolean;
  /** Known before trying: the device has no network. */
  readonly isOffline: boolean;
  readonly error: string | undefined;
  /** Calls the server, then waits until this device has what came of it. Answers what went wrong. */
  run(call: (api: ApiClient) => Promise<unknown>): Promise<string | undefined>;
  reset(): void;
}

/** What only the server may decide, such as who is in a lesson: asked at once, never queued. */
export function useLessonCall(): LessonCall {
  const texts = useTexts("lessons");
  const api = useApi();
  const sync = useSync();
  const { state } = useSyncStatus();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string>();
  return {
    isBusy,
    isOffline: state === "offline",
    error,
    async run(call) {
      setIsBusy(true);
      setError(undefined);
      try {
        await call(api);
        await sync.syncNow();
        return undefined;
      } catch (failure) {
        const problem = describeLessonError(failure, texts);
        setError(problem);
        return problem;
      } finally {
        setIsBusy(false);
      }
    },
    reset: () => setError(undefined),
  };
}

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
  /** Calls the server, then waits until this device has what came of it. Answers whether it went well. */
  run(call: (api: ApiClient) => Promise<unknown>): Promise<boolean>;
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
        return true;
      } catch (failure) {
        setError(describeLessonError(failure, texts));
        return false;
      } finally {
        setIsBusy(false);
      }
    },
    reset: () => setError(undefined),
  };
}

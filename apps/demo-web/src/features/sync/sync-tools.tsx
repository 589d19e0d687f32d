import { useSync, useSyncStatus } from "@tidemark/sync-client/react";
import type { ExchangeLog } from "@tidemark/sync-client/inspect";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { useObservable } from "../../ui/use-observable.ts";
import type { OfflineSwitch } from "./offline-switch.ts";
import type { RunningSync } from "./sync-host.ts";

/** What looks inside the sync client, and what pulls its plug. */
export interface SyncTools extends Pick<RunningSync, "trace" | "inspect"> {
  readonly offline: OfflineSwitch;
}

const ToolsContext = createContext<SyncTools | null>(null);

export function SyncToolsProvider(props: { readonly tools: SyncTools; readonly children: ReactNode }) {
  return <ToolsContext value={props.tools}>{props.children}</ToolsContext>;
}

export function useSyncTools(): SyncTools {
  const tools = useContext(ToolsContext);
  if (tools === null) throw new TypeError("The Sync panel needs a SyncToolsProvider above it.");
  return tools;
}

/** Every push and pull of this device that is known, newest first. */
export const useExchanges = (): ExchangeLog => useObservable(useSyncTools().trace.exchanges);

/** Whether the person has switched this app offline. */
export const useSwitchedOff = (): boolean => useObservable(useSyncTools().offline);

/** All that words about the sync client's state depend on. */
export function useStatusView() {
  return {
    status: useSyncStatus(),
    isSwitchedOff: useSwitchedOff(),
    texts: useTexts("sync"),
    formats: useFormats(),
  };
}

/** How often what is stored is read again, at most. */
const INSPECT_EVERY_MS = 400;

/** What is stored on this device, read again after each change. */
export function useInspection() {
  const { inspect, trace } = useSyncTools();
  const sync = useSync();
  const [found, setFound] = useState<Awaited<ReturnType<typeof inspect>> | Error>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const read = async () => {
      try {
        const next = await inspect();
        if (!isOver) setFound(next);
      } catch (error) {
        if (!isOver) setFound(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const readSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, INSPECT_EVERY_MS);
    };
    void read();
    const sources = [trace.exchanges, sync.outbox, sync.deadLetters, sync.status];
    const ends = sources.map((source) => source.subscribe(readSoon));
    return () => {
      isOver = true;
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [inspect, trace, sync]);
  return found;
}

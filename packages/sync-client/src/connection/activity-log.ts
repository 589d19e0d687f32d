import type { SyncActivity } from "../sync.ts";

const MAX_ENTRIES = 50;

export interface ActivityLog {
  /** Newest first. */
  get(): readonly SyncActivity[];
  add(entry: SyncActivity): void;
}

/** Keeps what a person would want to see; polls that found nothing say nothing new. */
export function createActivityLog(): ActivityLog {
  let entries: readonly SyncActivity[] = [];
  return {
    get: () => entries,
    add(entry) {
      const isQuiet = entry.outcome === "ok" && entry.operations === 0 && entry.changes === 0;
      if (isQuiet && entries[0]?.outcome !== "failed") return;
      entries = [entry, ...entries].slice(0, MAX_ENTRIES);
    },
  };
}

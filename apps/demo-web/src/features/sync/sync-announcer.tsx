import { useLive, useSyncStatus } from "@tidemark/sync-client/react";
import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { NEWEST_CONFLICTS } from "./newest-conflicts.ts";

/**
 * Tells a screen reader, once and when it is its turn, that something needs a decision. Says nothing of what goes well,
 * and nothing of what was there when the page opened: the button's name says that.
 */
export function SyncAnnouncer() {
  const { deadLetters } = useSyncStatus();
  const conflicts = useLive("conflict", NEWEST_CONFLICTS).length;
  const texts = useTexts("sync");
  const newRefusals = useRise(deadLetters);
  const newConflicts = useRise(conflicts);
  return (
    <output className="sr-only">
      {newRefusals > 0 ? texts.announceRefused(newRefusals) : null}{" "}
      {newConflicts > 0 ? texts.announceOverwritten(newConflicts) : null}
    </output>
  );
}

/** By how much a count rose when it last changed. */
function useRise(count: number): number {
  const [known, setKnown] = useState({ count, rise: 0 });
  if (known.count !== count) setKnown({ count, rise: Math.max(0, count - known.count) });
  return known.rise;
}

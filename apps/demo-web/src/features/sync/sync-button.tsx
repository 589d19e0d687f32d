import { useLive, useSyncStatus } from "@tidemark/sync-client/react";
import type { SyncStatus } from "@tidemark/sync-client";
import type { Ref } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { NEWEST_CONFLICTS } from "./newest-conflicts.ts";
import { StatusIcon } from "./status-icon.tsx";
import type { SyncTexts } from "./sync-texts.ts";

export interface SyncButtonProps {
  readonly isOpen: boolean;
  readonly panelId: string;
  readonly ref: Ref<HTMLButtonElement>;
  readonly onToggle: () => void;
}

/** Says in one glance whether everything is on the server, and opens the panel that says more. */
export function SyncButton({ isOpen, panelId, ref, onToggle }: SyncButtonProps) {
  const status = useSyncStatus();
  const texts = useTexts("sync");
  const conflicts = useLive("conflict", NEWEST_CONFLICTS).length;
  // On the smallest phones they take the word's place.
  const hasCounts = status.pending + conflicts + status.deadLetters > 0;
  return (
    <Button
      ref={ref}
      size="small"
      aria-expanded={isOpen}
      aria-controls={panelId}
      onClick={onToggle}
      icon={<StatusIcon state={status.state} hasRefusals={status.deadLetters > 0} />}
      className="aria-expanded:border-line-strong"
    >
      {/* Not a label, which would have to contain the counts, too: they are for the eye, the words say them. */}
      <span aria-hidden="true" className={hasCounts ? "max-[23rem]:hidden" : ""}>
        {texts.sync}
      </span>
      <span className="sr-only">{`${texts.sync}, ${glance({ status, conflicts, texts })}`}</span>
      <Count value={status.pending} tone="neutral" />
      <Count value={conflicts} tone="warning" />
      <Count value={status.deadLetters} tone="danger" />
    </Button>
  );
}

function Count({ value, tone }: { readonly value: number; readonly tone: "neutral" | "warning" | "danger" }) {
  if (value === 0) return null;
  return (
    <span aria-hidden="true" className="inline-flex">
      <Badge tone={tone}>{value}</Badge>
    </span>
  );
}

const stateTexts = {
  synced: "glanceSynced",
  pending: "glancePending",
  offline: "glanceOffline",
  stuck: "glanceStuck",
} as const;

interface Glance {
  readonly status: SyncStatus;
  readonly conflicts: number;
  readonly texts: SyncTexts;
}

function glance({ status: { state, pending, deadLetters }, conflicts, texts }: Glance): string {
  const waiting = pending === 0 ? [] : [texts.waiting(pending)];
  const refused = deadLetters === 0 ? [] : [texts.refused(deadLetters)];
  const overwritten = conflicts === 0 ? [] : [texts.overwritten(conflicts)];
  return [texts[stateTexts[state]], ...waiting, ...refused, ...overwritten].join(", ");
}

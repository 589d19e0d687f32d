import { useSyncStatus } from "@tidemark/sync-client/react";
import type { SyncStatus } from "@tidemark/sync-client";
import { Button } from "../../ui/button.tsx";
import { AlertIcon, CheckIcon, ClockIcon, OfflineIcon } from "../../ui/icons.tsx";

export interface SyncButtonProps {
  readonly isOpen: boolean;
  readonly panelId: string;
  readonly onToggle: () => void;
}

/** Says in one glance whether everything is on the server, and opens the panel that says more. */
export function SyncButton({ isOpen, panelId, onToggle }: SyncButtonProps) {
  const status = useSyncStatus();
  return (
    <Button
      size="small"
      aria-expanded={isOpen}
      aria-controls={panelId}
      onClick={onToggle}
      className="aria-expanded:border-line-strong"
    >
      <StatusIcon state={status.state} hasRefusals={status.deadLetters > 0} />
      Sync
      <span className="sr-only">, {glance(status)}</span>
      <Count value={status.pending} className="bg-hover text-ink" />
      <Count value={status.deadLetters} className="bg-danger-soft text-danger" />
    </Button>
  );
}

export interface StatusIconProps {
  readonly state: SyncStatus["state"];
  /** Something was not accepted and waits for a decision. */
  readonly hasRefusals: boolean;
}

export function StatusIcon({ state, hasRefusals }: StatusIconProps) {
  if (hasRefusals || state === "stuck") return <AlertIcon className="text-danger" />;
  if (state === "offline") return <OfflineIcon className="text-warning" />;
  if (state === "pending") return <ClockIcon className="text-accent" />;
  return <CheckIcon className="text-success" />;
}

function Count({ value, className }: { readonly value: number; readonly className: string }) {
  if (value === 0) return null;
  return (
    <span
      aria-hidden="true"
      className={`min-w-5 rounded-full px-1.5 text-center text-xs leading-5 font-semibold tabular-nums ${className}`}
    >
      {value}
    </span>
  );
}

function glance({ state, pending, deadLetters }: SyncStatus): string {
  const waiting = pending === 0 ? [] : [`${pending} waiting`];
  const refused = deadLetters === 0 ? [] : [`${deadLetters} not accepted`];
  const words = { synced: "everything saved", pending: "sending", offline: "offline", stuck: "stuck" } as const;
  return [words[state], ...waiting, ...refused].join(", ");
}

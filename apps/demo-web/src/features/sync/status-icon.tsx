import type { SyncStatus } from "@tidemark/sync-client";
import { AlertIcon, CheckIcon, ClockIcon, OfflineIcon } from "../../ui/icons.tsx";

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

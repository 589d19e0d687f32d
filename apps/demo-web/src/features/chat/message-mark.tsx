import type { RowState } from "@tidemark/sync-client";
import { AlertIcon, ClockIcon } from "../../ui/icons.tsx";

/** Says in words what has not happened to a message yet; a synced one needs no mark. */
export function MessageMark({ state }: { readonly state: RowState }) {
  if (state === "synced") return null;
  if (state === "pending") {
    return (
      <p className="flex items-center gap-1 text-xs text-muted">
        <ClockIcon width="14" height="14" /> Waiting to be sent
      </p>
    );
  }
  return (
    <p className="flex items-center gap-1 text-xs font-medium text-danger">
      <AlertIcon width="14" height="14" /> Not accepted. Open Sync to see why.
    </p>
  );
}

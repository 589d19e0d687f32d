import { useOutbox, useSync, useSyncStatus } from "@tidemark/sync-client/react";
import { useState } from "react";
import { useNow } from "../../clock.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { CloseIcon } from "../../ui/icons.tsx";
import { formatAge } from "../../ui/time.ts";
import { DeadLetterList } from "./dead-letter-list.tsx";
import { describeStatus } from "./describe-status.ts";
import { QueueList } from "./queue-list.tsx";
import { RecentActivity } from "./recent-activity.tsx";
import { StatusIcon } from "./sync-button.tsx";

/** The window into the engine: what waits and why, what was refused, what happened last. */
export function SyncPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const status = useSyncStatus();
  const queue = useOutbox();
  const now = useNow(1000);
  const { headline, detail } = describeStatus(status);
  return (
    <section
      id={id}
      aria-label="Sync"
      data-queue={status.pending}
      data-state={status.state}
      className="flex max-h-[45dvh] w-full shrink-0 flex-col overflow-y-auto border-b border-line bg-surface md:max-h-none md:w-88 md:border-b-0 md:border-l"
    >
      <div className="flex items-start gap-3 p-4 pb-3">
        <span className="mt-0.5">
          <StatusIcon state={status.state} hasRefusals={status.state === "synced" && status.deadLetters > 0} />
        </span>
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{headline}</h2>
          <p className="text-sm text-pretty text-muted">{detail}</p>
          <p className="mt-1 text-xs text-muted">
            {status.oldestPendingAt === null ? null : <>Oldest: {formatAge(status.oldestPendingAt, now)} · </>}
            {status.lastSyncedAt === null ? "Never checked" : <>Checked {formatAge(status.lastSyncedAt, now)}</>}
          </p>
          {status.state === "synced" ? null : <TryNow />}
        </div>
        <IconButton label="Close panel" icon={<CloseIcon />} onClick={onClose} className="-mt-2 -mr-2" />
      </div>
      <DeadLetterList now={now} />
      <QueueList operations={queue} now={now} />
      <RecentActivity now={now} />
    </section>
  );
}

function TryNow() {
  const sync = useSync();
  const [isTrying, setIsTrying] = useState(false);
  async function tryNow() {
    setIsTrying(true);
    await sync.syncNow();
    setIsTrying(false);
  }
  return (
    <Button size="small" className="mt-3" disabled={isTrying} onClick={() => void tryNow()}>
      {isTrying ? "Trying…" : "Try now"}
    </Button>
  );
}

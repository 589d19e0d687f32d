import { useSync } from "@tidemark/sync-client/react";
import { useState } from "react";
import { useNow } from "../../clock.ts";
import { Button } from "../../ui/button.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { CloseIcon } from "../../ui/icons.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { ConflictList } from "./conflict-list.tsx";
import { DeadLetterList } from "./dead-letter-list.tsx";
import { describeStatus } from "./describe-status.ts";
import { DetailsView } from "./details-view.tsx";
import { DeviceStorage } from "./device-storage.tsx";
import { OfflineControl } from "./offline-control.tsx";
import { QueueList } from "./queue-list.tsx";
import { StatusIcon } from "./status-icon.tsx";
import { useStatusView } from "./sync-tools.tsx";
import { Timeline } from "./timeline.tsx";

export interface SyncPanelProps {
  readonly id: string;
  readonly onClose: () => void;
}

/**
 * The window into the engine. Its overview says what is safe, what waits, why, and what a person can do; its details say
 * the same exactly. Beside the page where there is room, above it on a phone, never over the box that is written in.
 */
export function SyncPanel({ id, onClose }: SyncPanelProps) {
  const view = useStatusView();
  const { status, texts } = view;
  const now = useNow(1000);
  const [shown, setShown] = useState<"overview" | "details">("overview");
  return (
    <section
      id={id}
      aria-label={texts.sync}
      data-queue={status.pending}
      data-state={status.state}
      className="animate-appear flex max-h-[50dvh] min-h-0 w-full flex-col overflow-y-auto overscroll-contain border-line bg-surface shadow-raised border-b md:max-h-none md:w-96 md:shrink-0 md:border-b-0 md:border-l md:shadow-none"
    >
      <StatusHead now={now} onClose={onClose} />
      <Tabs
        label={texts.views}
        value={shown}
        onValue={setShown}
        className="[&>[role=tablist]]:mx-4"
        tabs={[
          { value: "overview", label: texts.overview, content: <Overview now={now} /> },
          { value: "details", label: texts.details, content: <DetailsView /> },
        ]}
      />
    </section>
  );
}

function Overview({ now }: { readonly now: number }) {
  return (
    <>
      <DeadLetterList now={now} />
      <ConflictList now={now} />
      <QueueList now={now} />
      <div className="border-t border-line px-4 py-3">
        <OfflineControl />
      </div>
      <Timeline now={now} />
      <DeviceStorage />
    </>
  );
}

function StatusHead({ now, onClose }: { readonly now: number; readonly onClose: () => void }) {
  const view = useStatusView();
  const { status, texts, formats } = view;
  const { headline, detail } = describeStatus(view);
  const { oldestPendingAt, lastSyncedAt } = status;
  return (
    <div className="flex items-start gap-3 p-4 pb-3">
      <span className="mt-0.5">
        <StatusIcon state={status.state} hasRefusals={status.state === "synced" && status.deadLetters > 0} />
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{headline}</h2>
        <p className="text-sm text-pretty text-muted">{detail}</p>
        <p className="mt-1 text-xs text-muted tabular-nums">
          {oldestPendingAt === null ? null : `${texts.oldest(formats.age(oldestPendingAt, now))} · `}
          {lastSyncedAt === null ? texts.neverChecked : texts.checked(formats.age(lastSyncedAt, now))}
        </p>
        <StatusAction />
      </div>
      <IconButton label={texts.closePanel} icon={<CloseIcon />} onClick={onClose} className="-mt-2 -mr-2" />
    </div>
  );
}

/** What a person can do about it here; a session is renewed by the banner above the page. */
function StatusAction() {
  const { status, isSwitchedOff } = useStatusView();
  if (status.reason === "app-too-old") return <FindUpdate />;
  return status.state === "synced" || isSwitchedOff || status.reason === "signed-out" ? null : <TryNow />;
}

const toPanelHeading = focusHeir((gone) => gone.closest("[data-queue]")?.querySelector("h2"));

function TryNow() {
  const sync = useSync();
  const { texts } = useStatusView();
  const [isTrying, setIsTrying] = useState(false);
  async function tryNow() {
    setIsTrying(true);
    await sync.syncNow();
    setIsTrying(false);
  }
  return (
    <Button ref={toPanelHeading} size="small" className="mt-3" isBusy={isTrying} onClick={() => void tryNow()}>
      {texts.tryNow}
    </Button>
  );
}

/** Asks the server for a newer app now; where there is one, the banner over the page offers it. */
function FindUpdate() {
  const { texts } = useStatusView();
  const { show } = useToasts();
  async function find() {
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration === undefined) return window.location.reload();
    await registration.update();
    if (registration.installing === null && registration.waiting === null) show({ text: texts.noUpdate });
  }
  return (
    <Button size="small" look="primary" className="mt-3" onClick={() => void find()}>
      {texts.findUpdate}
    </Button>
  );
}

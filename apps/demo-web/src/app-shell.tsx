import type { SyncClientError } from "@tidemark/sync-client";
import { SyncProvider, useSyncStatus } from "@tidemark/sync-client/react";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, type ReactNode } from "react";
import { ExpiredBanner } from "./features/auth/expired-banner.tsx";
import { useAuth } from "./features/auth/use-auth.tsx";
import { OfflineBanner } from "./features/sync/offline-control.tsx";
import type { OfflineSwitch } from "./features/sync/offline-switch.ts";
import { SyncAnnouncer } from "./features/sync/sync-announcer.tsx";
import { SyncButton } from "./features/sync/sync-button.tsx";
import type { SyncHost } from "./features/sync/sync-host.ts";
import { SyncToolsProvider, type SyncTools } from "./features/sync/sync-tools.tsx";
import { useSyncPanel } from "./features/sync/use-sync-panel.ts";
import { useTexts } from "./i18n/use-texts.tsx";
import type { AppUpdate } from "./sw/app-update.ts";
import { UpdateBanner } from "./sw/update-banner.tsx";
import { AppHeader } from "./ui/app-header.tsx";
import { Button } from "./ui/button.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { AlertIcon, SettingsIcon, SignOutIcon } from "./ui/icons.tsx";
import { lazyPart } from "./ui/lazy-part.tsx";
import { markWriting } from "./ui/mark-writing.ts";
import { Page } from "./ui/page.tsx";
import { usePageFocus } from "./ui/page-focus.ts";
import { ReloadButton } from "./ui/reload-button.tsx";
import { useKeyboardInset } from "./ui/use-keyboard-inset.ts";
import { useObservable } from "./ui/use-observable.ts";

// Nobody looks at it first; `router.tsx` loads it once the page is there.
const SyncPanel = lazyPart(async () => (await import("./features/sync/sync-panel.tsx")).SyncPanel);

export interface AppShellProps {
  readonly syncHost: SyncHost;
  readonly offline: OfflineSwitch;
  readonly update: AppUpdate | undefined;
}

/**
 * What stands around every page. Pages for people signed in are shown once their data is open; signed out there is the
 * page alone.
 */
export function AppShell({ syncHost, offline, update }: AppShellProps) {
  const { state } = useAuth();
  const host = useObservable(syncHost);
  usePageFocus(state.status !== "signed-out");
  const banner = update === undefined ? null : <UpdateBanner update={update} />;
  if (state.status === "signed-out") {
    return (
      <div className="flex h-full flex-col overflow-y-auto">
        {banner}
        <Outlet />
      </div>
    );
  }
  if (host.step === "open") {
    return (
      <SyncProvider sync={host.sync}>
        <SignedInFrame banner={banner} trace={host.trace} inspect={host.inspect} offline={offline} />
      </SyncProvider>
    );
  }
  return (
    <div className="relative flex h-dvh flex-col overflow-hidden">
      <AppHeader>
        <SignOutButton pending={0} />
      </AppHeader>
      {host.step === "failed" ? <CannotStore error={host.error} /> : null}
    </div>
  );
}

function SignedInFrame({ banner, trace, inspect, offline }: SyncTools & { readonly banner: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  const panel = useSyncPanel(button);
  const { pending } = useSyncStatus();
  const keyboardInset = useKeyboardInset();
  const tools = useMemo(() => ({ trace, inspect, offline }), [trace, inspect, offline]);
  return (
    <SyncToolsProvider tools={tools}>
      <div
        className="group/app relative flex h-dvh flex-col overflow-hidden"
        // Above the keyboard, where that lies over the page.
        {...(keyboardInset === 0
          ? {}
          : { "data-keyboard": "", style: { height: `calc(100dvh - ${keyboardInset}px)` } })}
      >
        <AppHeader>
          <SyncButton ref={button} isOpen={panel.isOpen} panelId={panel.panelId} onToggle={panel.toggle} />
          <SettingsLink />
          <SignOutButton pending={pending} />
        </AppHeader>
        <SyncAnnouncer />
        <OfflineBanner />
        {banner}
        <ExpiredBanner />
        <div className="flex min-h-0 flex-1 flex-col md:flex-row-reverse">
          {panel.isOpen ? <SyncPanel id={panel.panelId} onClose={panel.close} /> : null}
          {/* On a phone whose keyboard is open the panel gives way to the box that is written in, down to nothing. */}
          <div
            ref={markWriting}
            className="group/page flex min-h-0 min-w-0 flex-1 flex-col max-md:data-writing:min-h-[min(16rem,100%)]"
          >
            <Outlet />
          </div>
        </div>
      </div>
    </SyncToolsProvider>
  );
}

function SettingsLink() {
  const { settings } = useTexts("ui");
  return (
    <Link
      to="/settings"
      aria-label={settings}
      title={settings}
      className="inline-flex size-target shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink"
    >
      <SettingsIcon />
    </Link>
  );
}

function SignOutButton({ pending }: { readonly pending: number }) {
  const { auth } = useAuth();
  const { signOut: label } = useTexts("ui");
  const navigate = useNavigate();
  async function signOut() {
    // Home first: whoever signs in next starts there, not in this person's room.
    await navigate({ to: "/" });
    await auth.signOut(pending);
  }
  return (
    <Button
      size="small"
      look="quiet"
      title={label}
      onClick={() => void signOut()}
      className="max-[23rem]:w-target max-[23rem]:px-0"
    >
      <SignOutIcon className="min-[23rem]:hidden" />
      <span className="max-[23rem]:sr-only">{label}</span>
    </Button>
  );
}

function CannotStore({ error }: { readonly error: SyncClientError }) {
  const texts = useTexts("ui");
  const { notOpened } = useTexts("sync");
  return (
    <Page title={texts.cannotStoreTitle} className="flex flex-col justify-center">
      <EmptyState
        headingLevel={1}
        tone="danger"
        icon={<AlertIcon />}
        title={texts.cannotStoreTitle}
        actions={<ReloadButton look="primary" />}
      >
        {notOpened(error.code, error.message)}
      </EmptyState>
    </Page>
  );
}

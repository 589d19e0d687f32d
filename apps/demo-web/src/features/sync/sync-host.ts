import type { TidemarkContract } from "@tidemark/api/contracts";
import { SyncClientError, type SyncClient } from "@tidemark/sync-client";
import type { SyncInspection, SyncTrace } from "@tidemark/sync-client/inspect";
import { createListeners } from "../../listeners.ts";
import type { AuthSession } from "../auth/auth-session.ts";
import type { OfflineSwitch } from "./offline-switch.ts";

// Types the hooks of the sync client by our contract, everywhere.
declare module "@tidemark/sync-client/react" {
  interface Register {
    contract: TidemarkContract;
  }
}

export type TidemarkSync = SyncClient<TidemarkContract>;

/** A person's sync client, and what looks inside it. */
export interface RunningSync {
  readonly sync: TidemarkSync;
  readonly trace: SyncTrace;
  readonly inspect: () => Promise<SyncInspection>;
}

/** The signed-in person's data on this device. */
export type SyncHostState =
  | { readonly step: "none" }
  | { readonly step: "opening"; readonly userId: string }
  | ({ readonly step: "open"; readonly userId: string } & RunningSync)
  | { readonly step: "failed"; readonly userId: string; readonly error: SyncClientError };

export interface SyncHost {
  get(): SyncHostState;
  subscribe(listener: () => void): () => void;
}

export interface SyncHostDeps {
  readonly auth: Pick<AuthSession, "get" | "subscribe">;
  /** Starts the sync client of one person. */
  readonly startSync: (userId: string) => Promise<RunningSync>;
  /** Hears when the app is switched offline and back. */
  readonly offline: Pick<OfflineSwitch, "subscribe">;
}

/** Opens the data of whoever is signed in and closes it when they leave; each person has a database of their own. */
export function createSyncHost({ auth, startSync, offline }: SyncHostDeps): SyncHost {
  const { subscribe, notify } = createListeners();
  let state: SyncHostState = { step: "none" };
  let current: RunningSync | undefined;

  const enter = (next: SyncHostState) => {
    state = next;
    notify();
  };

  async function open(userId: string): Promise<void> {
    const opening: SyncHostState = { step: "opening", userId };
    enter(opening);
    const running = await startSync(userId);
    // Signed out, or in again, while it started.
    if (state !== opening) return stop(running);
    current = running;
    try {
      await running.sync.opened;
      if (current === running) enter({ step: "open", userId, ...running });
    } catch (error) {
      if (!(error instanceof SyncClientError)) throw error;
      if (current === running) enter({ step: "failed", userId, error });
    }
  }

  const isCurrent = (userId: string) => state.step !== "none" && state.userId === userId;

  function follow(): void {
    const signedIn = auth.get();
    if (signedIn.status !== "signed-out" && isCurrent(signedIn.user.id)) {
      // Back after an ended session: what waited may go now.
      if (signedIn.status === "signed-in") void current?.sync.syncNow();
      return;
    }
    if (current !== undefined) void stop(current);
    current = undefined;
    if (signedIn.status === "signed-out") return enter({ step: "none" });
    void open(signedIn.user.id);
  }

  auth.subscribe(follow);
  // The status shall not say for two seconds more what is over.
  offline.subscribe(() => void current?.sync.syncNow());
  follow();
  return {
    get: () => state,
    subscribe,
  };
}

async function stop({ sync, trace }: RunningSync): Promise<void> {
  await sync.stop();
  trace.stop();
}

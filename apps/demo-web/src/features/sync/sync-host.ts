import type { TidemarkContract } from "@tidemark/api/contracts";
import { SyncClientError, type SyncClient } from "@tidemark/sync-client";
import type { AuthSession } from "../auth/auth-session.ts";

// Types the hooks of the sync client by our contract, everywhere.
declare module "@tidemark/sync-client/react" {
  interface Register {
    contract: TidemarkContract;
  }
}

export type TidemarkSync = SyncClient<TidemarkContract>;

/** The signed-in person's data on this device. */
export type SyncHostState =
  | { readonly step: "none" }
  | { readonly step: "opening"; readonly userId: string }
  | { readonly step: "open"; readonly userId: string; readonly sync: TidemarkSync }
  | { readonly step: "failed"; readonly userId: string; readonly message: string };

export interface SyncHost {
  get(): SyncHostState;
  subscribe(listener: () => void): () => void;
}

export interface SyncHostDeps {
  readonly auth: Pick<AuthSession, "get" | "subscribe">;
  /** Starts the sync client of one person. */
  readonly startSync: (userId: string) => Promise<TidemarkSync>;
}

/** Opens the data of whoever is signed in and closes it when they leave; each person has a database of their own. */
export function createSyncHost({ auth, startSync }: SyncHostDeps): SyncHost {
  const listeners = new Set<() => void>();
  let state: SyncHostState = { step: "none" };
  let current: TidemarkSync | undefined;

  const enter = (next: SyncHostState) => {
    state = next;
    for (const listener of listeners) listener();
  };

  async function open(userId: string): Promise<void> {
    const opening: SyncHostState = { step: "opening", userId };
    enter(opening);
    const sync = await startSync(userId);
    // Signed out, or in again, while it started.
    if (state !== opening) return sync.stop();
    current = sync;
    try {
      await sync.opened;
      if (current === sync) enter({ step: "open", userId, sync });
    } catch (error) {
      if (!(error instanceof SyncClientError)) throw error;
      if (current === sync) enter({ step: "failed", userId, message: error.message });
    }
  }

  const isCurrent = (userId: string) => state.step !== "none" && state.userId === userId;

  function follow(): void {
    const signedIn = auth.get();
    if (signedIn.status !== "signed-out" && isCurrent(signedIn.user.id)) {
      // Back after an ended session: what waited may go now.
      if (signedIn.status === "signed-in") void current?.syncNow();
      return;
    }
    void current?.stop();
    current = undefined;
    if (signedIn.status === "signed-out") return enter({ step: "none" });
    void open(signedIn.user.id);
  }

  auth.subscribe(follow);
  follow();
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

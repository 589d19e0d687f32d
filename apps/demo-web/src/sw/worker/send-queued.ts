import { tidemarkContract } from "@tidemark/api/contracts";
import { traceSync } from "@tidemark/sync-client/inspect";
import { drainQueue } from "@tidemark/sync-client/service-worker";
import { createApiClient, type Fetch } from "../../api-client.ts";
import type { AuthSession } from "../../features/auth/auth-session.ts";

export interface SendQueuedDeps {
  readonly auth: AuthSession;
  readonly fetch: Fetch;
}

/**
 * Sends what the signed-in person wrote while no tab is open. Without a session it waits for them to sign in again: the
 * next page takes it up. Rejects while something waits still, so that the browser tries again.
 */
export async function sendQueued({ auth, fetch }: SendQueuedDeps): Promise<void> {
  await auth.restore();
  const state = auth.get();
  if (state.status !== "signed-in") return;
  const { user } = state;
  // It renews its token like the pages do, one of them at a time. Pages that sleep see in their panel what it did.
  const trace = traceSync({ contract: tidemarkContract, trpc: createApiClient({ auth, fetch }), user });
  try {
    await drainQueue({ contract: tidemarkContract, trpc: trace.trpc, user });
  } finally {
    trace.stop();
  }
}

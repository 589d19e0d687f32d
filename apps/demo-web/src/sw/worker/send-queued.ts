import { tidemarkContract } from "@tidemark/api/contracts";
import { drainQueue } from "@tidemark/sync-client/service-worker";
import { browserFetch, createApiClient } from "../../api-client.ts";
import type { AuthSession } from "../../features/auth/auth-session.ts";

/**
 * Sends what the signed-in person wrote while no tab is open. Without a session it waits for them to sign in again: the
 * next page takes it up. Rejects while something waits still, so that the browser tries again.
 */
export async function sendQueued(auth: AuthSession): Promise<void> {
  await auth.restore();
  const state = auth.get();
  if (state.status !== "signed-in") return;
  await drainQueue({
    contract: tidemarkContract,
    // It renews its token like the pages do, one of them at a time.
    trpc: createApiClient({ auth, fetch: browserFetch }),
    user: state.user,
  });
}

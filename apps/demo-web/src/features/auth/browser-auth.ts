import { createAuthApi, type Fetch } from "../../api-client.ts";
import { systemClock } from "../../clock.ts";
import { createAuthSession, type AuthSession, type AuthSignal } from "./auth-session.ts";
import { createSessionStore } from "./session-store.ts";

const CHANNEL = "tidemark-session";
const RENEWAL_LOCK = "tidemark-session-renewal";

/** The session of this browser profile: IndexedDB, Web Locks and a channel between tabs. */
export function createBrowserAuth(fetch: Fetch): AuthSession {
  const channel = new BroadcastChannel(CHANNEL);
  return createAuthSession({
    api: createAuthApi(fetch),
    store: createSessionStore({ subtle: crypto.subtle }),
    clock: systemClock,
    exclusively: async (work) => await navigator.locks.request(RENEWAL_LOCK, work),
    channel: {
      post: (signal) => channel.postMessage(signal),
      listen: (listener) => channel.addEventListener("message", ({ data }: MessageEvent<AuthSignal>) => listener(data)),
    },
  });
}

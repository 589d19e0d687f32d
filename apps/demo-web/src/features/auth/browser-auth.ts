import { createAuthApi, type Fetch } from "../../api-client.ts";
import { systemClock } from "../../clock.ts";
import { createAuthSession, type AuthSession, type AuthSignal } from "./auth-session.ts";
import { createSessionStore } from "./session-store.ts";

const CHANNEL = "tidemark-session";
const RENEWAL_LOCK = "tidemark-session-renewal";

/** The session of this browser profile: IndexedDB, Web Locks and a channel between tabs. */
export function createBrowserAuth(fetch: Fetch): AuthSession {
  const channel = new BroadcastChannel(CHANNEL);
  const session = createAuthSession({
    api: createAuthApi(fetch),
    store: createSessionStore({ subtle: crypto.subtle }),
    clock: systemClock,
    exclusively: async (work) => await navigator.locks.request(RENEWAL_LOCK, work),
    channel: {
      post: (signal) => channel.postMessage(signal),
      listen: (listener) => channel.addEventListener("message", ({ data }: MessageEvent<AuthSignal>) => listener(data)),
    },
  });
  // What was signed out of without a network: now, and whenever there is one again.
  const endLeft = () => void session.endLeftSessions().catch(() => undefined);
  globalThis.addEventListener("online", endLeft);
  endLeft();
  return session;
}

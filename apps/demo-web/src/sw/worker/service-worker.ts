import "../../zod-without-eval.ts";
import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { SYNC_TAG } from "@tidemark/sync-client/service-worker";
import { createBrowserAuth } from "../../features/auth/browser-auth.ts";
import { createBrowserOfflineSwitch } from "../../features/sync/browser-offline-switch.ts";
import { sendQueued } from "./send-queued.ts";
import { serverPaths } from "./server-paths.ts";

/** Background Sync, which TypeScript does not know. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

declare const self: ServiceWorkerGlobalScope & {
  readonly precacheManifest: readonly { readonly url: string; readonly revision: string | null }[];
};

// The app shell and nothing else: data lives in the sync client's database, never in a cache that could go stale.
precacheAndRoute([...self.precacheManifest]);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: [...serverPaths] }));

// A page opened before the first worker was active is controlled at once, so that it works offline without a reload.
clientsClaim();

// A new version waits until the person says so: their draft and half-read page are theirs.
self.addEventListener("message", (event: ExtendableMessageEvent) => {
  const data: unknown = event.data;
  if (typeof data === "object" && data !== null && "type" in data && data.type === "SKIP_WAITING") {
    event.waitUntil(self.skipWaiting());
  }
});

// There is a network again and something was left behind: no tab need be open for it.
const offline = createBrowserOfflineSwitch();
const auth = createBrowserAuth(offline.fetch);
self.addEventListener("sync", (event: Event) => {
  if (isSync(event) && event.tag === SYNC_TAG) event.waitUntil(sendQueued({ auth, fetch: offline.fetch }));
});

function isSync(event: Event): event is SyncEvent {
  return "tag" in event && event instanceof ExtendableEvent;
}

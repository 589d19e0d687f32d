import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { serverPaths } from "./server-paths.ts";

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

import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { browserFetch, createApiClient } from "./api-client.ts";
import { loadAppConfig } from "./app-config.ts";
import { createBrowserAuth } from "./features/auth/browser-auth.ts";
import { AuthProvider } from "./features/auth/use-auth.tsx";
import { createSyncHost } from "./features/sync/sync-host.ts";
import { createAppRouter } from "./router.tsx";
import { startAppUpdate } from "./sw/app-update.ts";
import { CrashBoundary } from "./ui/crash-boundary.tsx";
import "./ui/theme.css";

const config = loadAppConfig({ fetch: (url, init) => fetch(url, init), storage: window.localStorage });
const auth = createBrowserAuth();
// Whoever was signed in is, before the first paint and without the network: no page flashes up that is not theirs.
await auth.restore();

const api = createApiClient({ auth, fetch: browserFetch });
const syncHost = createSyncHost({ auth, api, pollIntervalMs: async () => (await config).syncPollIntervalMs });
const router = createAppRouter({ auth, syncHost, config, update: startAppUpdate() });
auth.subscribe(() => void router.invalidate());

const root = document.getElementById("root");
if (root === null) throw new TypeError("index.html has no #root to render into.");
createRoot(root).render(
  <StrictMode>
    <CrashBoundary>
      <AuthProvider auth={auth}>
        <RouterProvider router={router} />
      </AuthProvider>
    </CrashBoundary>
  </StrictMode>,
);

import "./zod-without-eval.ts";
import { RouterProvider } from "@tanstack/react-router";
import { tidemarkContract } from "@tidemark/api/contracts";
import { createSync } from "@tidemark/sync-client";
import { inspectSync, traceSync } from "@tidemark/sync-client/inspect";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { createApiClient } from "./api-client.ts";
import { createAppConfig } from "./app-config.ts";
import { createBrowserAuth } from "./features/auth/browser-auth.ts";
import { AuthProvider } from "./features/auth/use-auth.tsx";
import { createBrowserOfflineSwitch } from "./features/sync/browser-offline-switch.ts";
import { createSyncHost } from "./features/sync/sync-host.ts";
import { browserLanguages, createLanguageStore } from "./i18n/language-store.ts";
import { LanguageProvider } from "./i18n/use-texts.tsx";
import { createAppRouter } from "./router.tsx";
import { startAppUpdate } from "./sw/app-update.ts";
import { CrashBoundary } from "./ui/crash-boundary.tsx";
import { CrashPage } from "./ui/crash-page.tsx";
import { ToastProvider } from "./ui/toast.tsx";
import { ApiProvider } from "./use-api.tsx";

const root = document.getElementById("root");
if (root === null) throw new TypeError("index.html has no #root to render into.");
const reactRoot = createRoot(root);
// Not awaited at the top: pages and texts import from this very file, and would wait for it to end while it waits for them.
void composeApp()
  .catch((error: unknown) => <CrashPage error={error} />)
  .then((app) =>
    reactRoot.render(
      <StrictMode>
        <CrashBoundary>{app}</CrashBoundary>
      </StrictMode>,
    ),
  );

/** Puts the app together; the only place that names the concrete parts. */
async function composeApp(): Promise<ReactNode> {
  const offline = createBrowserOfflineSwitch();
  const config = createAppConfig({ fetch: offline.fetch, storage: window.localStorage });
  const auth = createBrowserAuth(offline.fetch);
  // Whoever was signed in is, before the first paint and without the network: no page flashes up that is not theirs.
  const [language] = await Promise.all([createLanguageStore(browserLanguages()), auth.restore()]);

  const api = createApiClient({ auth, fetch: offline.fetch });
  const startSync = async (userId: string) => {
    const person = { contract: tidemarkContract, user: { id: userId } };
    const trace = traceSync({ ...person, trpc: api });
    const sync = createSync({
      ...person,
      trpc: trace.trpc,
      pollIntervalMs: (await config.loaded).syncPollIntervalMs,
      // Calls renew their token by themselves; what still comes through means that the session is over or about to be.
      onUnauthorized: async () => {
        await auth.accessToken();
      },
    });
    return { sync, trace, inspect: () => inspectSync(person) };
  };
  const syncHost = createSyncHost({ auth, startSync, offline });
  const router = createAppRouter({ auth, api, syncHost, offline, config, update: startAppUpdate() });
  auth.subscribe(() => void router.invalidate());
  return (
    <LanguageProvider store={language}>
      <AuthProvider auth={auth}>
        <ApiProvider api={api}>
          <ToastProvider>
            <CrashBoundary>
              <RouterProvider router={router} />
            </CrashBoundary>
          </ToastProvider>
        </ApiProvider>
      </AuthProvider>
    </LanguageProvider>
  );
}

import type { Browser, BrowserContext } from "playwright-core";
import { createProfile, PAGE_TIMEOUT_MS, startBrowser } from "@tidemark/browser-testing";
import { createDataFolders } from "@tidemark/db/testing";
import { startCutProxy, type CutProxy } from "./cut-proxy.ts";
import { createDemoPage, type DemoPage } from "./demo-page.ts";
import { startServer, type ServerProcess } from "./server-process.ts";

/** A server, a database and a browser that start on a busy machine. */
export const START_TIMEOUT_MS = 180_000;

/** The demo on a real server, behind a network that can be cut, and a browser. */
export interface DemoSite {
  readonly server: ServerProcess;
  readonly network: CutProxy;
  readonly browser: Browser;
  /**
   * A device that nobody has used: a window of its own, with storage of its own. `wire` is what lies between it and the
   * server: `network`, if absent, or nothing that the test could cut.
   */
  openDevice(wire?: "network" | "uncut"): Promise<DemoDevice>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface DemoDevice {
  /** `prepare` is a script that runs in the tab before the app. */
  openTab(prepare?: string): Promise<DemoPage>;
  /** What the browser does once there is a network, with no tab of the app open: Background Sync's event. */
  wakeServiceWorker(tag: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startDemoSite(env: Readonly<Record<string, string>> = {}): Promise<DemoSite> {
  const folders = createDataFolders();
  const dataDir = await folders.create();
  const profile = await createProfile();
  const [server, process] = await Promise.all([startServer({ dataDir, env }), startBrowser(profile)]);
  const network = await startCutProxy(server.port);
  return {
    server,
    network,
    browser: process.browser,
    async openDevice(wire = "network") {
      const { url } = wire === "network" ? network : server;
      const context = await process.browser.newContext();
      context.setDefaultTimeout(PAGE_TIMEOUT_MS);
      return {
        async openTab(prepare) {
          const page = await context.newPage();
          if (prepare !== undefined) await page.addInitScript(prepare);
          await page.goto(url);
          return createDemoPage(page);
        },
        wakeServiceWorker: (tag) => wakeServiceWorker(context, { origin: url, tag }),
        [Symbol.asyncDispose]: () => context.close(),
      };
    },
    async [Symbol.asyncDispose]() {
      await process.kill();
      await network.close();
      await server.stop();
      await profile.remove();
      await folders.close();
    },
  };
}

async function wakeServiceWorker(
  context: BrowserContext,
  { origin, tag }: { readonly origin: string; readonly tag: string },
): Promise<void> {
  // An empty page, for its DevTools: the app is not in it.
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  const found = new Promise<string>((resolve) => {
    devTools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
      if (ours !== undefined) resolve(ours.registrationId);
    });
  });
  await devTools.send("ServiceWorker.enable");
  const registrationId = await found;
  await devTools.send("ServiceWorker.dispatchSyncEvent", { origin, registrationId, tag, lastChance: false });
  await page.close();
}

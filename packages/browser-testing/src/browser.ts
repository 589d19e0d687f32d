import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type Browser, type BrowserContext, type CDPSession } from "playwright-core";
import { chromiumPath } from "./chromium-path.ts";

/** How long a page may take for what a test waits for: a busy machine may stand still for seconds. */
export const PAGE_TIMEOUT_MS = 45_000;
const START_TIMEOUT_MS = 120_000;

/** A profile folder that outlives the browsers started on it, as a person's does. */
export interface BrowserProfile {
  readonly folder: string;
  remove(): Promise<void>;
}

export interface BrowserProcess {
  readonly browser: Browser;
  /** The profile's own pages; `browser.newContext()` is a private window. */
  readonly context: BrowserContext;
  /** The DevTools protocol of the browser itself; `context.newCDPSession(page)` is a page's. */
  readonly devTools: CDPSession;
  /** Process ids of all renderers. A page that opens alone has the one that is new, and shares it with no other page. */
  rendererPids(): Promise<readonly number[]>;
  /** SIGKILL to every process of the browser: nothing is flushed. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function createProfile(): Promise<BrowserProfile> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-profile-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }) };
}

/**
 * Starts a real Chromium on the profile, attached by the DevTools protocol so that the process is ours to kill.
 */
export async function startBrowser(
  profile: BrowserProfile,
  { flags = [] }: { readonly flags?: readonly string[] } = {},
): Promise<BrowserProcess> {
  const child = spawn(
    await chromiumPath(),
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A process for each page, and none in advance.
      "--disable-features=SpareRendererForSitePerProcess,ProcessPerSiteUpToMainFrameThreshold",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile.folder}`,
      ...flags,
      "about:blank",
    ],
    // A group of its own, so that a kill takes the renderers with it.
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = once(child, "exit");
  const browser = await chromium.connectOverCDP(await debuggerUrl(child.stderr), { timeout: START_TIMEOUT_MS });
  nameService(`Chromium ${browser.version()}`);
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("Chromium came without a default context.");
  context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const endGroup = async (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
    await exited;
  };
  const devTools = await browser.newBrowserCDPSession();
  return {
    browser,
    context,
    devTools,
    rendererPids: async () => {
      const { processInfo } = await devTools.send("SystemInfo.getProcessInfo");
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    },
    kill: () => endGroup("SIGKILL"),
    close: async () => {
      await browser.close();
      await endGroup("SIGTERM");
    },
  };
}

function debuggerUrl(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    // Read to the end: a full pipe would stop the browser.
    createInterface({ input: stderr })
      .on("line", (line) => {
        const found = /DevTools listening on (ws:\S+)/.exec(line);
        if (found?.[1] !== undefined) resolve(found[1]);
      })
      .on("close", () => reject(new Error("Chromium ended before it could be driven.")));
  });
}

/** Tells the test command's summary that the real service took part. */
function nameService(line: string): void {
  const file = process.env["TIDEMARK_SERVICES_FILE"];
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}

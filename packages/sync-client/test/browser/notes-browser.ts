import { createProfile, startBrowser, type BrowserProcess, type BrowserProfile } from "@tidemark/browser-testing";
import type { Page } from "playwright-core";
import type { NotesSite } from "./notes-site.ts";

/** One device: a Chromium on a profile of its own, with tabs of the notes page. */
export interface NotesBrowser {
  /** The browser that runs now; after `kill` the next `open` starts another one on the same profile. */
  browser(): Promise<BrowserProcess>;
  open(options?: TabOptions): Promise<BrowserTab>;
  /** SIGKILL to all its processes. */
  kill(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TabOptions {
  readonly user?: string;
  readonly list?: string;
  /** Of the page; `sandboxed` has no storage. */
  readonly path?: string;
}

export interface BrowserTab {
  readonly name: string;
  readonly page: Page;
  /** The renderer that runs this tab and no other. */
  readonly pid: number;
}

/** Flags go to each browser that is started. */
export function createNotesBrowser(site: NotesSite, flags: readonly string[] = []): NotesBrowser {
  let profile: Promise<BrowserProfile> | undefined;
  let running: Promise<BrowserProcess> | undefined;
  let opened = 0;

  const start = async () => {
    profile ??= createProfile();
    return startBrowser(await profile, { flags });
  };
  const browser = () => (running ??= start());
  const kill = async () => {
    await (await running)?.kill();
    running = undefined;
  };
  return {
    browser,
    kill,
    async open({ user = "ann", list = "home", path = "" } = {}) {
      const { context, rendererPids } = await browser();
      const before = new Set(await rendererPids());
      opened += 1;
      const name = String(opened);
      const page = await context.newPage();
      await page.goto(`${site.url}${path}?tab=${name}&user=${user}&list=${list}`);
      const [pid, ...others] = (await rendererPids()).filter((id) => !before.has(id));
      if (pid === undefined || others.length > 0) throw new Error("The tab did not get one process of its own.");
      return { name, page, pid };
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await (await profile)?.remove();
    },
  };
}

export const statusOf = (page: Page) => page.evaluate(() => notesTab.status());

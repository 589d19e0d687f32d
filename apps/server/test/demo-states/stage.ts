import type { Browser, BrowserContext, Page } from "playwright-core";
import { PAGE_TIMEOUT_MS } from "@tidemark/browser-testing";
import { createDemoPage, type DemoPage } from "../harness/demo-page.ts";
import type { SchoolDay } from "./school-day.ts";

/** One page of the demo in one state, as a person may find it. */
export interface DemoState {
  /** Kebab-case; names the picture. */
  readonly name: string;
  /** Brings the page there. */
  show(stage: Stage): Promise<Page>;
}

export interface Stage {
  readonly url: string;
  readonly school: SchoolDay;
  /** A tab of somebody who is signed in; all tabs of one person share a browser profile. */
  as(person: Person, path?: string): Promise<DemoPage>;
  /** A tab of a device that nobody has used, for states that leave something behind. */
  fresh(path?: string, options?: FreshOptions): Promise<DemoPage>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface FreshOptions {
  /** Absent: the server's own. */
  readonly url?: string;
  readonly hasServiceWorker?: boolean;
  /** What the site may store; absent: as much as the browser gives it. */
  readonly quotaBytes?: number;
  /** Runs in the page before the app. */
  readonly prepare?: string;
}

/** The demo school's, and a graduate, who has no lesson before them any more. */
export type Person = "tutor" | "student" | "student2" | "outsider" | "graduate";
export const mailOf = (person: Person): string => `${person}@tidemark.test`;

export interface StageOptions {
  readonly browser: Browser;
  readonly url: string;
  readonly school: SchoolDay;
  /** Such as `en-GB`. */
  readonly locale: string;
}

export function createStage({ browser, url, school, locale }: StageOptions): Stage {
  const contexts: BrowserContext[] = [];
  const closings: Promise<void>[] = [];
  const profiles = new Map<Person, Promise<BrowserContext>>();

  async function openContext(hasServiceWorker = false): Promise<BrowserContext> {
    const context = await browser.newContext({
      locale,
      // Without the worker, what a state does to the network happens to the page itself.
      serviceWorkers: hasServiceWorker ? "allow" : "block",
      viewport: { width: 1280, height: 800 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(PAGE_TIMEOUT_MS);
    contexts.push(context);
    return context;
  }

  async function signedIn(person: Person): Promise<BrowserContext> {
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(url);
    await signInAs(createDemoPage(page), person);
    await page.close();
    return context;
  }

  return {
    url,
    school,
    async as(person, path = "/") {
      const profile = profiles.get(person) ?? signedIn(person);
      profiles.set(person, profile);
      const page = await (await profile).newPage();
      await page.goto(url + path);
      return createDemoPage(page);
    },
    async fresh(path = "/", options = {}) {
      const context = await openContext(options.hasServiceWorker);
      const page = await context.newPage();
      page.once("close", () => closings.push(context.close()));
      if (options.quotaBytes !== undefined) {
        const devTools = await context.newCDPSession(page);
        const { origin } = new URL(url);
        await devTools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: options.quotaBytes });
      }
      if (options.prepare !== undefined) await page.addInitScript(options.prepare);
      await page.goto((options.url ?? url) + path);
      return createDemoPage(page);
    },
    async [Symbol.asyncDispose]() {
      // A second close() does not wait for the first: the browser's end would come between.
      await Promise.all([...closings, ...contexts.map((context) => context.close())]);
    },
  };
}

/** Pulls, alone or behind other calls of the same request. */
export const PULLS = /\/trpc\/[^?]*sync\.pull/;

/** In whatever language the page is. */
export async function signInAs({ page }: DemoPage, person: Person): Promise<void> {
  await page.locator('input[name="email"]').fill(mailOf(person));
  await page.locator('input[name="password"]').fill("tidemark-demo");
  await page.locator('button[type="submit"]').click();
  await page.locator("header").waitFor();
}

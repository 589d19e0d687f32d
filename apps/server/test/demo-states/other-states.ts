import type { Page } from "playwright-core";
import { KEEP_TOASTS } from "../harness/endless-timers.ts";
import { startDeployableSite } from "./newer-version.ts";
import { signInAs, type DemoState, type Stage } from "./stage.ts";

const REFUSE_STORAGE = `{
  const open = indexedDB.open.bind(indexedDB);
  IDBFactory.prototype.open = (name, version) => {
    if (name.startsWith("tidemark:")) throw new DOMException("The operation is insecure.", "SecurityError");
    return open(name, version);
  };
}`;

async function openSettings(fresh: Stage["fresh"]): Promise<Page> {
  const demo = await fresh("/settings");
  await signInAs(demo, "tutor");
  await demo.page.locator("main dl").waitFor();
  return demo.page;
}

/** A page with the Sync panel open, out of which something was copied. */
async function copyDetails(fresh: Stage["fresh"], path = "/settings"): Promise<Page> {
  const demo = await fresh(path, { prepare: KEEP_TOASTS });
  const { page } = demo;
  await signInAs(demo, "tutor");
  await page.locator("main dl, main [role=log]").waitFor();
  await page.locator("header button[aria-controls]").click();
  const panel = page.locator("section[data-queue]");
  await panel.getByRole("tab").last().click();
  await page.locator("tr[data-scope]").first().waitFor();
  await panel.locator('[role="tabpanel"] button').first().click();
  await page.locator("#root > output > div").waitFor();
  return page;
}

/** Settings, and the pages that nobody looks for. */
export const otherStates: readonly DemoState[] = [
  {
    name: "settings",
    show: async ({ as }) => {
      const { page } = await as("tutor", "/settings");
      await page.locator("select").waitFor();
      await page.locator("dl").waitFor();
      return page;
    },
  },
  {
    name: "toast",
    show: ({ fresh }) => copyDetails(fresh),
  },
  {
    name: "toast-in-room",
    show: ({ fresh, school }) => copyDetails(fresh, `/lessons/${school.room}`),
  },
  {
    name: "toast-under-dialog",
    show: async ({ fresh }) => {
      const page = await copyDetails(fresh);
      await page.locator("header button[aria-controls]").click();
      await page.locator("main section button").last().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "settings-sign-out-everywhere",
    show: async ({ as }) => {
      const { page } = await as("tutor", "/settings");
      await page.locator("main section button").last().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "settings-offline",
    show: async ({ fresh }) => {
      const page = await openSettings(fresh);
      await page.context().setOffline(true);
      await page.locator("main form input").first().fill("Tamsin T.");
      await page.locator('main button[type="submit"]').click();
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "settings-sign-out-everywhere-offline",
    show: async ({ fresh }) => {
      const page = await openSettings(fresh);
      await page.context().setOffline(true);
      await page.locator("main section button").last().click();
      await page.getByRole("dialog").locator("button").last().click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "update-prompt",
    show: async (stage) => {
      const site = await startDeployableSite(stage.url);
      const demo = await stage.fresh(`/lessons/${stage.school.room}`, { url: site.url, hasServiceWorker: true });
      const { page } = demo;
      page.once("close", () => site.close());
      await signInAs(demo, "student");
      await demo.shellStored();
      await page.reload();
      await page.locator("textarea").last().fill("Half a thought, kept over the upda");
      site.deploy();
      await page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())");
      await page.getByRole("status").locator("button").first().waitFor();
      return page;
    },
  },
  {
    name: "cannot-store",
    show: async ({ fresh }) => {
      // As in a window whose browser lets pages store nothing but cookies: the engine's databases cannot be opened.
      const demo = await fresh("/", { prepare: REFUSE_STORAGE });
      await signInAs(demo, "tutor");
      await demo.page.locator("main h1").waitFor();
      return demo.page;
    },
  },
  {
    name: "not-found",
    show: async ({ as }) => {
      const { page } = await as("tutor", "/no/such/page");
      await page.locator("main h1").waitFor();
      return page;
    },
  },
  {
    name: "crash",
    show: async ({ fresh }) => {
      const demo = await fresh();
      await signInAs(demo, "tutor");
      await demo.page.route("**/assets/settings-page*.js", (route) =>
        route.fulfill({
          contentType: "text/javascript",
          body: 'export function SettingsPage() { throw new TypeError("The page threw this on purpose."); }',
        }),
      );
      await demo.page.goto(new URL("/settings", demo.page.url()).href);
      await demo.page.getByRole("alert").waitFor();
      return demo.page;
    },
  },
];

import { signInAs, type DemoState } from "./stage.ts";

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
    name: "settings-sign-out-everywhere",
    show: async ({ as }) => {
      const { page } = await as("tutor", "/settings");
      await page.locator("main section button").last().click();
      await page.getByRole("dialog").waitFor();
      return page;
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

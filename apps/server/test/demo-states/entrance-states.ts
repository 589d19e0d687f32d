import type { Page } from "playwright-core";
import type { DemoState } from "./stage.ts";
import { signInAs } from "./stage.ts";

async function fillRegistration(page: Page): Promise<void> {
  await page.locator('input[name="name"]').fill("Tamsin Tutor");
  await page.locator('input[name="email"]').fill("tutor@tidemark.test");
  await page.locator('input[name="password"]').fill("a password of mine");
  await page.locator('button[type="submit"]').click();
}

/** The doors: signing in, registering, invitations. */
export const entranceStates: readonly DemoState[] = [
  {
    name: "sign-in",
    show: async ({ fresh }) => {
      const { page } = await fresh();
      await page.locator('button[type="submit"]').waitFor();
      return page;
    },
  },
  {
    name: "sign-in-empty-fields",
    show: async ({ fresh }) => {
      const { page } = await fresh();
      await page.locator('button[type="submit"]').click();
      await page.locator("[aria-invalid]").first().waitFor();
      return page;
    },
  },
  {
    // The answer never comes.
    name: "sign-in-busy",
    show: async ({ fresh }) => {
      const { page } = await fresh();
      await page.route("**/trpc/auth.login**", () => undefined);
      await page.locator('input[name="email"]').fill("tutor@tidemark.test");
      await page.locator('input[name="password"]').fill("tidemark-demo");
      await page.locator('button[type="submit"]').click();
      await page.locator("button[aria-busy]").waitFor();
      return page;
    },
  },
  {
    name: "sign-in-wrong-password",
    show: async ({ fresh }) => {
      const { page } = await fresh();
      await page.locator('input[name="email"]').fill("tutor@tidemark.test");
      await page.locator('input[name="password"]').fill("not my password");
      await page.locator('button[type="submit"]').click();
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "sign-in-offline",
    show: async ({ fresh }) => {
      const { page } = await fresh();
      await page.locator('button[type="submit"]').waitFor();
      await page.context().setOffline(true);
      await page.locator('input[name="email"]').fill("tutor@tidemark.test");
      await page.locator('input[name="password"]').fill("tidemark-demo");
      await page.locator('button[type="submit"]').click();
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "sign-in-server-down",
    show: async ({ fresh }) => {
      const { page } = await fresh();
      await page.locator('input[name="email"]').fill("tutor@tidemark.test");
      await page.locator('input[name="password"]').fill("tidemark-demo");
      await page.route("**/trpc/auth.login**", (route) => route.abort("connectionrefused"));
      await page.locator('button[type="submit"]').click();
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "sign-in-left-behind",
    show: async ({ fresh, school }) => {
      const demo = await fresh(`/lessons/${school.room}`);
      await signInAs(demo, "student");
      await demo.page.getByRole("log").waitFor();
      await demo.page.context().setOffline(true);
      const box = demo.page.locator("textarea").last();
      await box.fill("I will write the rest at home.");
      await box.press("Enter");
      await demo.page.locator('[data-state="pending"]').first().waitFor();
      await demo.page.locator("header button").last().click();
      await demo.page.locator('input[name="email"]').waitFor();
      await demo.page.getByRole("status").first().waitFor();
      return demo.page;
    },
  },
  {
    name: "register",
    show: async ({ fresh }) => {
      const { page } = await fresh("/register");
      await page.locator('input[name="name"]').waitFor();
      return page;
    },
  },
  {
    name: "register-errors",
    show: async ({ fresh }) => {
      const { page } = await fresh("/register");
      await page.locator('input[name="name"]').fill("Olena");
      await page.locator('input[name="email"]').fill("olena");
      await page.locator('input[name="password"]').fill("short");
      await page.locator('button[type="submit"]').click();
      await page.locator("[aria-invalid]").first().waitFor();
      return page;
    },
  },
  {
    name: "register-address-taken",
    show: async ({ fresh }) => {
      const { page } = await fresh("/register");
      await fillRegistration(page);
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "register-offline",
    show: async ({ fresh }) => {
      const { page } = await fresh("/register");
      await page.locator('input[name="name"]').waitFor();
      await page.context().setOffline(true);
      await fillRegistration(page);
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "invite-signed-out",
    show: async ({ fresh, school }) => {
      const { page } = await fresh(`/invite/${school.invitation}`);
      await page.locator("h1").waitFor();
      return page;
    },
  },
  {
    // Used, too old, or no link of ours: the server tells nothing about it.
    name: "invite-signed-out-unnamed",
    show: async ({ fresh }) => {
      const { page } = await fresh("/invite/not-a-token-that-works");
      await page.locator("h1").waitFor();
      return page;
    },
  },
  {
    name: "invite-join",
    show: async ({ as, school }) => {
      const { page } = await as("outsider", `/invite/${school.invitation}`);
      await page.locator("main button").waitFor();
      return page;
    },
  },
  {
    name: "invite-offline",
    show: async (stage) => {
      const demo = await stage.fresh(`/invite/${stage.school.invitation}`);
      await demo.page.locator("main a").first().click();
      await signInAs(demo, "outsider");
      await demo.page.locator("main button").waitFor();
      await demo.page.context().setOffline(true);
      await demo.page.locator("main button").click();
      await demo.page.getByRole("alert").waitFor();
      return demo.page;
    },
  },
  {
    name: "invite-other-address",
    show: async ({ as, school }) => {
      const { page } = await as("student2", `/invite/${school.invitation}`);
      await page.locator("main button").click();
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "invite-ended",
    show: async ({ as }) => {
      const { page } = await as("student2", "/invite/not-a-token-that-works");
      await page.locator("main button").click();
      await page.getByRole("alert").waitFor();
      return page;
    },
  },
];

import type { DemoState } from "./stage.ts";
import { PULLS, signInAs } from "./stage.ts";

/** The list of lessons, and planning one. */
export const lessonsStates: readonly DemoState[] = [
  {
    name: "lessons",
    show: async ({ as }) => {
      const { page } = await as("tutor");
      await page.getByRole("link", { name: "Essay workshop" }).waitFor();
      return page;
    },
  },
  {
    name: "lessons-empty",
    show: async ({ as }) => {
      const { page } = await as("outsider");
      await page.locator("main button").waitFor();
      return page;
    },
  },
  {
    name: "lessons-only-past",
    show: async ({ as }) => {
      const { page } = await as("graduate");
      await page.getByRole("link", { name: "Finals" }).waitFor();
      return page;
    },
  },
  {
    name: "lessons-loading",
    show: async ({ fresh }) => {
      const demo = await fresh();
      // Never answered: the page stays as it is while the first lessons come.
      await demo.page.route(PULLS, () => undefined);
      await signInAs(demo, "tutor");
      await demo.page.locator("main output").waitFor();
      return demo.page;
    },
  },
  {
    name: "lessons-offline-unloaded",
    show: async ({ fresh }) => {
      const demo = await fresh();
      await demo.page.route(PULLS, (route) => route.abort());
      await signInAs(demo, "tutor");
      await demo.page.locator("main h2").waitFor();
      return demo.page;
    },
  },
  {
    name: "lessons-offline",
    show: async ({ fresh }) => {
      const demo = await fresh();
      await signInAs(demo, "tutor");
      await demo.page.getByRole("link", { name: "Essay workshop" }).waitFor();
      await demo.page.context().setOffline(true);
      await demo.page.locator("header button svg.text-warning").waitFor();
      return demo.page;
    },
  },
  {
    name: "lesson-create",
    show: async ({ as }) => {
      const { page } = await as("tutor");
      await page.locator("main button").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input").first().fill("Sound and waves");
      return page;
    },
  },
  {
    name: "lesson-create-errors",
    show: async ({ as }) => {
      const { page } = await as("tutor");
      await page.locator("main button").first().click();
      await page.getByRole("dialog").locator('button[type="submit"]').click();
      // Where the focus goes, as on the other forms.
      await page.locator("[aria-invalid]:focus").waitFor();
      return page;
    },
  },
  {
    name: "lesson-create-refused",
    show: async ({ as }) => {
      const { page } = await as("tutor");
      await page.locator("main button").first().click();
      await page.getByRole("dialog").locator("input").first().fill("Sound and waves");
      await page.route("**/trpc/lessons.create**", (route) => route.fulfill({ status: 503, body: "" }));
      await page.getByRole("dialog").locator('button[type="submit"]').click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
      return page;
    },
  },
  {
    name: "lesson-create-offline",
    show: async ({ fresh }) => {
      const demo = await fresh();
      await signInAs(demo, "tutor");
      await demo.page.getByRole("link", { name: "Essay workshop" }).waitFor();
      await demo.page.locator("main button").first().click();
      await demo.page.getByRole("dialog").waitFor();
      await demo.page.context().setOffline(true);
      await demo.page.getByRole("dialog").getByRole("status").waitFor();
      return demo.page;
    },
  },
];

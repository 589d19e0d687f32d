import type { Page } from "playwright-core";
import { mailOf, PULLS, signInAs, type DemoState, type Person, type Stage } from "./stage.ts";

/** A room, once its conversation and the buttons of its header are there. */
async function openRoom({ as }: Stage, person: Person, lessonId: string): Promise<Page> {
  const { page } = await as(person, `/lessons/${lessonId}`);
  await page.getByRole("log").waitFor();
  await lessonMenu(page).waitFor();
  return page;
}

const lessonMenu = (page: Page) => page.locator("main > div:first-child button[aria-haspopup=menu]");

/** A lesson's room without what the network does to it. */
export const roomStates: readonly DemoState[] = [
  {
    name: "room",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await page.locator("[data-message-id]").first().waitFor();
      await page.locator("[data-online]").first().waitFor();
      return page;
    },
  },
  {
    name: "room-loading",
    show: async ({ fresh, school }) => {
      const demo = await fresh(`/lessons/${school.room}`);
      // Never answered: the page stays as it is while the first lessons come.
      await demo.page.route(PULLS, () => undefined);
      await signInAs(demo, "tutor");
      await demo.page.locator("main output").waitFor();
      return demo.page;
    },
  },
  {
    name: "room-offline-unloaded",
    show: async ({ fresh, school }) => {
      const demo = await fresh(`/lessons/${school.room}`);
      await demo.page.route(PULLS, (route) => route.abort());
      await signInAs(demo, "tutor");
      await demo.page.locator("main [data-page-heading]").waitFor();
      return demo.page;
    },
  },
  {
    name: "room-viewer",
    show: (stage) => openRoom(stage, "student2", stage.school.room),
  },
  {
    name: "room-empty",
    show: (stage) => openRoom(stage, "student", stage.school.emptyRoom),
  },
  {
    name: "room-cancelled",
    show: (stage) => openRoom(stage, "tutor", stage.school.cancelledRoom),
  },
  {
    name: "room-menu",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await lessonMenu(page).click();
      await page.getByRole("menu").waitFor();
      return page;
    },
  },
  {
    name: "room-person-menu",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await page.locator("aside button[aria-haspopup=menu]").first().click();
      await page.getByRole("menu").waitFor();
      return page;
    },
  },
  {
    name: "room-person-remove",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await page.locator("aside button[aria-haspopup=menu]").first().click();
      await page.getByRole("menuitem").last().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "room-invite",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await page.getByRole("button", { name: /^(Invite|Запросити)$/ }).click();
      await page.getByRole("dialog").locator("input").waitFor();
      return page;
    },
  },
  {
    name: "room-invite-link",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.emptyRoom);
      await page.getByRole("button", { name: /^(Invite|Запросити)$/ }).click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input").fill("nina@example.org");
      await dialog.locator('button[type="submit"]').click();
      await dialog.locator("input[readonly]").waitFor();
      return page;
    },
  },
  {
    name: "room-invite-offline",
    show: async ({ fresh, school }) => {
      const demo = await fresh(`/lessons/${school.room}`);
      await signInAs(demo, "tutor");
      await demo.page.getByRole("button", { name: /^(Invite|Запросити)$/ }).click();
      await demo.page.getByRole("dialog").locator("input").waitFor();
      await demo.page.context().setOffline(true);
      await demo.page.getByRole("dialog").getByRole("status").waitFor();
      return demo.page;
    },
  },
  {
    name: "room-about",
    show: async (stage) => {
      const page = await openRoom(stage, "student", stage.school.room);
      await lessonMenu(page).click();
      await page.getByRole("menuitem").first().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "room-edit",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await lessonMenu(page).click();
      await page.getByRole("menuitem").nth(1).click();
      await page.getByRole("dialog").locator("input").first().waitFor();
      return page;
    },
  },
  {
    name: "room-cancel",
    show: async (stage) => {
      const page = await openRoom(stage, "tutor", stage.school.room);
      await lessonMenu(page).click();
      await page.getByRole("menuitem").nth(2).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "room-removed",
    show: async (stage) => {
      const { student, student2 } = stage.school;
      const { id: lessonId } = await student.lessons.create.mutate({
        title: "Latin verbs",
        startsAt: new Date(Date.now() + 86_400_000).toISOString(),
      });
      const { token } = await student.lessons.invite.mutate({
        lessonId,
        email: mailOf("student2"),
        role: "participant",
      });
      await student2.lessons.acceptInvite.mutate({ token });
      const page = await openRoom(stage, "student2", lessonId);
      const { id: userId } = await student2.auth.me.query();
      await student.lessons.removeParticipant.mutate({ lessonId, userId });
      await page.locator("main [data-page-heading]").waitFor();
      return page;
    },
  },
  {
    name: "room-not-loaded",
    show: async ({ fresh, school }) => {
      const demo = await fresh();
      await demo.page.route("**/assets/room-page*.js", (route) => route.abort());
      await signInAs(demo, "tutor");
      await demo.page.goto(new URL(`/lessons/${school.room}`, demo.page.url()).href);
      await demo.page.locator("main [data-page-heading]").waitFor();
      return demo.page;
    },
  },
  {
    name: "room-not-yours",
    show: async ({ as, school }) => {
      const { page } = await as("outsider", `/lessons/${school.room}`);
      await page.locator("main h1").waitFor();
      return page;
    },
  },
];

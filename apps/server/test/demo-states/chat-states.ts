import type { Page } from "playwright-core";
import { signInAs, type DemoState, type Person, type Stage } from "./stage.ts";

/** A device that is new to the conversation: it has not read what comes. */
async function busyRoom({ fresh, school }: Stage, person: Person): Promise<Page> {
  const demo = await fresh(`/lessons/${school.busyRoom}`);
  await signInAs(demo, person);
  await demo.page.locator("[data-message-id]").first().waitFor();
  return demo.page;
}

/** What a conversation is apart from short and read. */
export const chatStates: readonly DemoState[] = [
  {
    name: "chat-unread",
    show: async (stage) => {
      const page = await busyRoom(stage, "tutor");
      await page.locator("[data-unread-divider]").first().waitFor();
      return page;
    },
  },
  {
    name: "chat-editing",
    show: async (stage) => {
      const page = await busyRoom(stage, "student");
      await page.locator("textarea").last().press("ArrowUp");
      await page.locator("[data-message-id] textarea").waitFor();
      return page;
    },
  },
  {
    name: "chat-too-long",
    show: async (stage) => {
      const page = await busyRoom(stage, "student");
      await page.locator("textarea").last().fill("All of it. ".repeat(1_000));
      return page;
    },
  },
];

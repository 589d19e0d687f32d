import type { Page } from "playwright-core";
import { writeUnread } from "./school-day.ts";
import { PULLS, signInAs, type DemoState, type Person, type Stage } from "./stage.ts";

/** A device that is new to the conversation: it has not read what comes. */
async function busyRoom({ fresh, school }: Stage, person: Person): Promise<Page> {
  const demo = await fresh(`/lessons/${school.busyRoom}`);
  await signInAs(demo, person);
  await demo.page.locator("[data-message-id]").first().waitFor();
  return demo.page;
}

/** Fills what the origin may still store, in ever smaller pieces. */
const FILL_STORAGE = `new Promise((resolve, reject) => {
  const opening = indexedDB.open("ballast", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("ballast", { autoIncrement: true });
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const put = (bytes) => {
      const transaction = opening.result.transaction("ballast", "readwrite");
      // Random: what is stored compressed would not fill anything.
      const piece = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536)));
      for (let size = 0; size < bytes; size += piece.length) transaction.objectStore("ballast").put(piece);
      transaction.oncomplete = () => put(bytes);
      transaction.onabort = () => (bytes > 64 ? put(bytes >> 2) : resolve());
    };
    put(1 << 20);
  };
})`;

/** What a conversation is apart from short and read. */
export const chatStates: readonly DemoState[] = [
  {
    name: "chat-unread",
    show: async (stage) => {
      await writeUnread(stage.school);
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
    // What nobody wrote in and what has not come yet look the same to a device that cannot ask.
    name: "chat-not-here",
    show: async (stage) => {
      const demo = await stage.fresh();
      await signInAs(demo, "student");
      await demo.page.getByRole("link", { name: "Fractions" }).waitFor();
      await demo.page.route(PULLS, (route) => route.abort());
      await demo.page.goto(`${stage.url}/lessons/${stage.school.emptyRoom}`);
      await demo.page.getByRole("log").locator(".text-warning").waitFor();
      return demo.page;
    },
  },
  {
    name: "chat-storage-full",
    show: async (stage) => {
      const demo = await stage.fresh(`/lessons/${stage.school.room}`, { quotaBytes: 4_000_000 });
      await signInAs(demo, "student");
      await demo.page.getByRole("log").waitFor();
      const box = demo.page.locator("textarea").last();
      const alert = demo.page.getByRole("alert");
      // What the browser tidies away meanwhile makes room again: filled until nothing goes in.
      for (let round = 0; round < 10 && (await alert.count()) === 0; round += 1) {
        await demo.page.evaluate(FILL_STORAGE);
        await box.fill("There is no room left for this.");
        await box.press("Enter");
        await alert.waitFor({ timeout: 2_000 }).catch(() => undefined);
      }
      await alert.waitFor();
      return demo.page;
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

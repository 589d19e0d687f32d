import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { START_TIMEOUT_MS, startDemoSite, type DemoDevice, type DemoSite } from "./harness/demo-site.ts";
import { operationId, signIn, type Client } from "./harness/device.ts";
import { KEEP_TOASTS } from "./harness/endless-timers.ts";
import { standStill } from "./harness/stand-still.ts";
import { VISUAL_VIEWPORT } from "./harness/visual-viewport.ts";

const TUTOR = "tutor@tidemark.test";
const PHONE = { width: 390, height: 844 };
const KEYBOARD_PX = 336;
const LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk";
const FROM_RIGHT = "\u062f\u0631\u0633 \u0627\u0644\u062c\u0628\u0631";

let site: DemoSite;
let tutor: Client;
beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
  tutor = await signIn(site.server.url, TUTOR);
}, START_TIMEOUT_MS);
afterAll(() => site?.[Symbol.asyncDispose]());

/** The tutor in a lesson on a phone. */
async function openOn(device: DemoDevice, { title, prepare }: { readonly title: string; readonly prepare?: string }) {
  const demo = await device.openTab(prepare);
  await demo.page.setViewportSize(PHONE);
  await demo.signIn(TUTOR);
  await demo.openLesson(title);
  return demo;
}

/** Pixels of it that lie outside of what the keyboard leaves of the page. */
const hidden = async (page: Page, name: string): Promise<number> => {
  const box = await page.getByRole("dialog").getByText(name, { exact: true }).last().boundingBox();
  if (box === null) throw new Error(`${name} is not painted.`);
  return Math.max(0, -box.y) + Math.max(0, box.y + box.height - (PHONE.height - KEYBOARD_PX));
};

test("on a phone, where no column says it, the lesson's menu tells its whole title, description and tags, none of it beside the page", async () => {
  const title = `${FROM_RIGHT} ${LONG_WORD} ${LONG_WORD}`;
  const { id } = await tutor.lessons.create.mutate({ title, startsAt: "2026-12-01T09:00:00Z" });
  const description = Array.from({ length: 12 }, (_, line) => `${line + 1}. ${LONG_WORD}${LONG_WORD}`).join("\n");
  await tutor.lessons.update.mutate({ id, description, tags: [LONG_WORD.slice(0, 30)] });
  await using device = await site.openDevice();
  const { page } = await openOn(device, { title });
  await page.getByRole("button", { name: "Lesson actions" }).click();
  await page.getByRole("menuitem", { name: "About this lesson" }).click();
  const dialog = page.getByRole("dialog", { name: title });
  await dialog.getByText("12. Donau").waitFor();
  expect(await dialog.innerText()).toContain(LONG_WORD.slice(0, 30));
  const isCut = `[...document.querySelectorAll("[role=dialog] :is(h2, p, span)")].filter(
    ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth && clientWidth > 1).map(({ outerHTML }) => outerHTML.slice(0, 200))`;
  expect(await page.evaluate(isCut)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Lesson actions");
});

test("a dialog stands on a phone's keyboard: what is written in and what sends it stay in sight", async () => {
  await using device = await site.openDevice();
  const { page } = await openOn(device, { title: "Demo lesson", prepare: VISUAL_VIEWPORT });
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("textbox", { name: "Their email" }).fill("nina@example.org");
  await page.evaluate(`showKeyboard(${KEYBOARD_PX})`);
  await expect.poll(() => hidden(page, "Their email")).toBe(0);
  await expect.poll(() => hidden(page, "Make link")).toBe(0);
  await page.evaluate("showKeyboard(0)");
  await page.getByRole("button", { name: "Cancel" }).click();

  // Taller than what the keyboard leaves: its last box scrolls into sight.
  await page.getByRole("button", { name: "Lesson actions" }).click();
  await page.getByRole("menuitem", { name: "Edit lesson" }).click();
  const tags = page.getByRole("textbox", { name: "Tags" });
  await tags.focus();
  await page.evaluate(`showKeyboard(${KEYBOARD_PX})`);
  const isSeen = async () => {
    const { y = -1, height = 0 } = (await tags.boundingBox()) ?? {};
    return y >= 0 && y + height <= PHONE.height - KEYBOARD_PX;
  };
  await expect.poll(isSeen).toBe(true);
});

test("a toast does not lie over the way to the newest message", async () => {
  const { items } = await tutor.lessons.list.query();
  const lessonId = items.find(({ title }) => title === "Demo lesson")?.id ?? "";
  for (let line = 0; line < 40; line += 1) {
    await tutor.chat.send.mutate({ id: operationId(), lessonId, text: `To scroll ${line}` });
  }
  await using device = await site.openDevice();
  const demo = await openOn(device, { title: "Demo lesson", prepare: KEEP_TOASTS });
  const { page } = demo;
  await page.getByText("To scroll 39", { exact: true }).waitFor();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const panel = await demo.openSyncPanel();
  await panel.getByRole("tab", { name: "Details" }).click();
  await panel.getByRole("button", { name: "Copy as JSON" }).click();
  const toast = page.locator("#root > output > div");
  await toast.filter({ hasText: "Copied. It holds ids" }).waitFor();
  await panel.getByRole("button", { name: "Close" }).click();
  const top = async () => (await toast.boundingBox())?.y ?? 0;
  // Not while it slides in.
  await standStill(page, `document.querySelector("#root > output > div").getBoundingClientRect().y`);
  const low = await top();
  await page.evaluate(`document.querySelector('[role="log"]').scrollTop = 0`);
  const toLatest = page.getByRole("button", { name: "Jump to latest" });
  const gap = async () => {
    const [above, below] = [await toast.boundingBox(), await toLatest.boundingBox()];
    return above === null || below === null ? -1 : below.y - above.y - above.height;
  };
  await expect.poll(gap).toBeGreaterThan(0);
  await toLatest.click();
  // A pixel is one of layout's roundings.
  await expect.poll(top).toBeGreaterThanOrEqual(low - 1);
});

test("a message is deleted at once, also without a network, by a button that stands clear of Edit, and the focus stays in the conversation", async () => {
  await using device = await site.openDevice();
  const demo = await openOn(device, { title: "Demo lesson" });
  const { page } = demo;
  await site.network.cut();
  await demo.send("Deleted at once");
  const message = demo.messages().filter({ hasText: "Deleted at once" });
  const remove = message.getByRole("button", { name: "Delete" });
  await remove.focus();
  const [edit, other] = [await message.getByRole("button", { name: "Edit" }).boundingBox(), await remove.boundingBox()];
  if (edit === null || other === null) throw new Error("The message's buttons are not painted.");
  expect(other.x - edit.x - edit.width).toBeGreaterThanOrEqual(8);
  await remove.press("Enter");
  await message.waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Chat");
  await site.network.heal();
});

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDemoPage } from "./harness/demo-page.ts";
import { KEEP_TOASTS } from "./harness/endless-timers.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";

const LESSON = "Demo lesson";
const TUTOR = "tutor@tidemark.test";
const STUDENT = "student@tidemark.test";

let site: DemoSite;

beforeAll(async () => {
  site = await startDemoSite({
    SYNC_POLL_INTERVAL: "1",
    PRESENCE_TTL: "3",
    PRESENCE_HEARTBEAT: "1",
  });
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

test("“Keep my data” asks the browser, and says what it answered", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  const panel = await demo.openSyncPanel();
  await panel.getByText("The browser may clear this when the disk is full").waitFor();
  const keep = panel.getByRole("button", { name: "Keep my data" });
  await keep.click();
  await panel.getByText("The browser said no").waitFor();
  expect(await isPersisted(demo.page)).toBe(false);

  await allowPersistence(demo.page);
  await keep.click();
  await panel.getByText("Protected: the browser keeps it until you clear it.").waitFor();
  expect(await isPersisted(demo.page)).toBe(true);
  expect(await keep.count()).toBe(0);
});

const isPersisted = (page: Page) => page.evaluate<boolean>("navigator.storage.persisted()");

/** What a person's browser decides for itself, by how much they use the site; as long as this DevTools session lasts. */
async function allowPersistence(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const { targetInfo } = await devTools.send("Target.getTargetInfo");
  const browser = await site.browser.newBrowserCDPSession();
  await browser.send("Browser.grantPermissions", {
    permissions: ["durableStorage"],
    origin: new URL(page.url()).origin,
    ...(targetInfo.browserContextId !== undefined && { browserContextId: targetInfo.browserContextId }),
  });
}

test("“Copy as JSON” copies what the panel knows, and nothing that anybody wrote", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab(KEEP_TOASTS);
  await demo.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await demo.signIn(STUDENT);
  await demo.openLesson(LESSON);
  const panel = await demo.openSyncPanel();
  await panel.getByRole("switch", { name: "Work offline" }).click();
  await demo.send("Between the two of us");
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("1");
  await panel.getByRole("tab", { name: "Details" }).click();
  await panel.getByRole("row").filter({ hasText: "chat.send" }).waitFor();
  await panel.getByRole("button", { name: "Copy as JSON" }).click();
  await demo.page.getByText("Copied. It holds ids and times, nothing that anybody wrote.").waitFor();

  const text = await demo.page.evaluate<string>("navigator.clipboard.readText()");
  const report: unknown = JSON.parse(text);
  expect(report).toMatchObject({
    status: { state: "offline", pending: 1 },
    contract: { name: "tidemark-lessons" },
    device: { deviceId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    operations: [{ name: "chat.send", state: "queued" }],
  });
  await panel.getByText((report as { device: { deviceId: string } }).device.deviceId, { exact: true }).waitFor();
  for (const written of ["Between the two of us", "Welcome!", LESSON, STUDENT]) expect(text).not.toContain(written);
});

test("I10: who is in the room is shown as online while they are, as away once they are not, and as neither while nobody can know", async () => {
  await using tutors = await site.openDevice();
  const tutor = await tutors.openTab();
  await tutor.signIn(TUTOR);
  await tutor.openLesson(LESSON);
  const student = tutor.page.getByRole("list", { name: "People" }).getByRole("listitem").filter({ hasText: "Sam" });
  const shown = async () => {
    // What a look back at the page does; its own next question is up to 15 s away.
    await tutor.page.evaluate("void document.dispatchEvent(new Event('visibilitychange'))");
    // Both at one moment: a busy machine's student may be away again a moment later.
    return await student.evaluate((item) => ({ isOnline: item.dataset.online, words: item.textContent }));
  };
  const students = await site.openDevice();
  const present = await students.openTab();
  await present.signIn(STUDENT);
  await expect.poll(shown).toEqual({ isOnline: "true", words: expect.stringContaining(", online") });
  await students[Symbol.asyncDispose]();
  await expect.poll(shown).toEqual({ isOnline: "false", words: expect.stringContaining(", offline") });

  await site.network.cut();
  await expect.poll(shown).toEqual({ isOnline: undefined, words: expect.stringContaining(", presence not known") });
  await site.network.heal();
});

test("a part of the app that could not be loaded says so in its place, and is there once the page was loaded anew", async () => {
  // Without the worker, which would have stored it.
  const context = await site.browser.newContext({ serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    await page.route("**/assets/sync-panel*.js", (route) => route.abort("internetdisconnected"));
    await page.goto(site.network.url);
    const demo = createDemoPage(page);
    await demo.signIn(STUDENT);
    await demo.openLesson(LESSON);
    await page.getByRole("button", { name: /^Sync/ }).click();
    await page.getByText("This part is not on this device yet.").waitFor();
    // The rest of the page goes on.
    await demo.send("Written beside what is missing");

    await page.unroute("**/assets/sync-panel*.js");
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload the page" }).click()]);
    const panel = await demo.openSyncPanel();
    await panel.getByRole("heading", { name: "Everything is saved" }).waitFor();
    await expect
      .poll(() => demo.messageTexts())
      .toContainEqual(expect.stringContaining("Written beside what is missing"));
  } finally {
    await context.close();
  }
});

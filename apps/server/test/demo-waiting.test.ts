import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";
import { NEVER_LONG } from "./harness/endless-timers.ts";

let site: DemoSite;
beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
}, START_TIMEOUT_MS);
afterAll(() => site?.[Symbol.asyncDispose]());

async function enter(demo: DemoPage): Promise<Page> {
  await demo.signIn("student@tidemark.test");
  await demo.openLesson("Demo lesson");
  return demo.page;
}

/** Runs in the page: every height in which the newest message is painted from now on, with how far it got. */
const WATCH_NEWEST = `{
  const known = document.querySelectorAll("[data-message-id]").length;
  window.painted = new Set();
  const look = () => {
    const rows = document.querySelectorAll("[data-message-id]");
    const newest = rows[rows.length - 1];
    if (rows.length > known) window.painted.add(newest.dataset.state + " " + newest.getBoundingClientRect().height);
    requestAnimationFrame(look);
  };
  look();
}`;

test("a message that is sent at once moves nothing: it is as high while it waits as it is afterwards", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab(NEVER_LONG);
  const page = await enter(demo);
  await page.evaluate(WATCH_NEWEST);
  await demo.send("Sent at once");
  await demo.messages().filter({ hasText: "Sent at once" }).and(page.locator("[data-state=synced]")).waitFor();
  const painted = await page.evaluate<string[]>(`new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done([...window.painted]))))`);
  const heights = new Set(painted.map((line) => line.split(" ")[1]));
  expect([...heights], painted.join(", ")).toHaveLength(1);
});

test("messages that wait one below another say so once, below the last of them, and each to a screen reader", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const page = await enter(demo);
  await site.network.cut();
  const texts = ["Waits first", "Waits second", "Waits last"];
  for (const text of texts) await demo.send(text);
  const marks = page.getByRole("log").getByText("Waiting to be sent");
  const isSeen = () =>
    marks.evaluateAll<boolean[], HTMLElement>((found) => found.map((mark) => mark.getBoundingClientRect().left >= 0));
  await expect.poll(isSeen).toEqual([false, false, true]);
  for (const text of texts) {
    expect(await demo.messages().filter({ hasText: text }).innerText()).toContain("Waiting to be sent");
  }
  await site.network.heal();
  await marks.first().waitFor({ state: "detached" });
});

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";
import { operationId, signIn, type Client } from "./harness/device.ts";
import { KEEP_TOASTS } from "./harness/endless-timers.ts";
import { readUpTo } from "./harness/read-up-to.ts";
import { standStill } from "./harness/stand-still.ts";
import { VISUAL_VIEWPORT } from "./harness/visual-viewport.ts";

const LESSON = "Demo lesson";
const STUDENT = "student@tidemark.test";
const TUTOR = "tutor@tidemark.test";

let site: DemoSite;
beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
}, START_TIMEOUT_MS);
afterAll(() => site?.[Symbol.asyncDispose]());

const boxOf = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });

async function enter(demo: DemoPage, email = STUDENT): Promise<DemoPage> {
  await demo.signIn(email);
  await demo.openLesson(LESSON);
  return demo;
}

test("a draft outlives a reload, is its person's alone, and is still there when they come back", async () => {
  await using device = await site.openDevice();
  const demo = await enter(await device.openTab());
  const { page } = demo;
  await boxOf(page).fill("Half a thought");
  await page.reload();
  await expect.poll(() => boxOf(page).inputValue()).toBe("Half a thought");

  await demo.signOut();
  await enter(demo, TUTOR);
  expect(await boxOf(page).inputValue()).toBe("");
  await demo.signOut();
  await enter(demo);
  await expect.poll(() => boxOf(page).inputValue()).toBe("Half a thought");
});

test("arrow up in the empty box edits the last own message, and Escape leads back to the box", async () => {
  await using device = await site.openDevice();
  const demo = await enter(await device.openTab());
  const { page } = demo;
  await demo.send("Mine, the first");
  await demo.send("Mine, the last");
  await say(await signIn(site.server.url, TUTOR), ["The tutor's, later"]);
  await page.getByText("The tutor's, later", { exact: true }).waitFor();

  await boxOf(page).press("ArrowUp");
  const editor = page.getByRole("textbox", { name: "Edit message" });
  expect(await editor.inputValue()).toBe("Mine, the last");
  await editor.press("Escape");
  await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Message");
  await boxOf(page).fill("Something begun");
  await boxOf(page).press("ArrowUp");
  expect(await editor.count(), "arrow up in a box with words moves the caret").toBe(0);
});

test("a sentence in Arabic is written and read from the right, one in English beside it from the left", async () => {
  await using device = await site.openDevice();
  const demo = await enter(await device.openTab());
  const { page } = demo;
  const isFromRight = (locator: Locator) => locator.evaluate((element) => element.matches(":dir(rtl)"));
  await boxOf(page).fill("\u0645\u0631\u062d\u0628\u0627, Tamsin!");
  expect(await isFromRight(boxOf(page))).toBe(true);
  await boxOf(page).press("Enter");
  await demo.send("Hello, Tamsin!");
  const chat = page.getByRole("log", { name: "Chat" });
  expect(await isFromRight(chat.getByText("\u0645\u0631\u062d\u0628\u0627, Tamsin!"))).toBe(true);
  expect(await isFromRight(chat.getByText("Hello, Tamsin!"))).toBe(false);
});

test("near the limit the box counts what is left, and over it does not send", async () => {
  await using device = await site.openDevice();
  const { page } = await enter(await device.openTab());
  await boxOf(page).fill("a".repeat(9_499));
  expect(await page.getByText("9,499").count()).toBe(0);
  await boxOf(page).fill("a".repeat(9_600));
  await page.getByText(/9,600.+10,000/).waitFor();
  await boxOf(page).fill("a".repeat(10_001));
  await page.getByRole("alert").filter({ hasText: "1" }).waitFor();
  expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  await boxOf(page).fill("");
});

test("who reads further up is offered the way to the newest message, and loses the offer there", async () => {
  await using device = await site.openDevice();
  // Their own, written elsewhere: nothing of it is unread.
  const api = await signIn(site.server.url, STUDENT);
  await say(
    api,
    Array.from({ length: 60 }, (_, index) => `To scroll ${index}`),
  );
  const { page } = await enter(await device.openTab());
  await page.getByText("To scroll 59", { exact: true }).waitFor();
  const toLatest = page.getByRole("button", { name: "Jump to latest" });
  // A room that has just opened may still be on its way to its end.
  await expect
    .poll(async () => {
      await page.evaluate(`document.querySelector('[role="log"]').scrollTop = 0`);
      return toLatest.isVisible();
    })
    .toBe(true);
  await toLatest.click();
  await toLatest.waitFor({ state: "detached" });
  await expect
    .poll(() =>
      page.evaluate(`(({ scrollTop, clientHeight, scrollHeight }) =>
        scrollHeight - clientHeight - scrollTop <= 1)(document.querySelector('[role="log"]'))`),
    )
    .toBe(true);
});

test("what was read in one tab is read in the other, and on the server", async () => {
  await using device = await site.openDevice();
  const reader = await enter(await device.openTab());
  const other = await device.openTab();
  await other.openLesson(LESSON);
  await reader.page.bringToFront();
  const api = await signIn(site.server.url, STUDENT);
  await say(await signIn(site.server.url, TUTOR), ["Read it once"]);
  await reader.page.getByText("Read it once", { exact: true }).waitFor();
  await expect.poll(() => readUpTo(api)).toBe("Read it once");
  await expect.poll(() => other.page.getByRole("button", { name: /new message/ }).count()).toBe(0);
});

test("a read mark never counts among what waits: not before the wire is cut, not on it, not after", async () => {
  await using device = await site.openDevice();
  const demo = await enter(await device.openTab());
  const tutor = await signIn(site.server.url, TUTOR);
  const panel = await demo.openSyncPanel();
  await demo.page.evaluate(WATCH_QUEUE);
  const wire = Promise.withResolvers<void>();
  await demo.page.route(/chat\.markRead/, async (route) => {
    await wire.promise;
    await route.abort();
  });
  const isOnItsWay = demo.page.waitForRequest(/chat\.markRead/);
  await say(tutor, ["Seen before the cut"]);
  await isOnItsWay;
  await site.network.cut();
  wire.resolve();
  for (const text of ["Offline one", "Offline two"]) await demo.send(text);
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("2");
  await demo.page.unroute(/chat\.markRead/);
  await site.network.heal();
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("0");
  expect(await demo.page.evaluate("Math.max(...[...window.queued].map(Number))")).toBe(2);
  const api = await signIn(site.server.url, STUDENT);
  await expect.poll(() => readUpTo(api)).toBe("Seen before the cut");
});

test("a keyboard laid over the page lifts the message box above itself", async () => {
  await using device = await site.openDevice();
  const { page } = await enter(await device.openTab(VISUAL_VIEWPORT));
  const before = await standStill<number>(page, BOTTOM_OF_BOX);
  await page.evaluate("showKeyboard(300)");
  await expect.poll(() => bottomOf(page)).toBeLessThanOrEqual(before - 290);
  await page.evaluate("showKeyboard(0)");
  await expect.poll(() => bottomOf(page)).toBe(before);
});

test("on a phone with the Sync panel open, the box that is written in stays above the keyboard, and the panel gives way", async () => {
  await using device = await site.openDevice();
  const demo = await enter(await device.openTab(VISUAL_VIEWPORT));
  const { page } = demo;
  const panel = await demo.openSyncPanel();
  const heightOf = () => standStill<number>(page, `document.querySelector("section[data-queue]").offsetHeight`);
  const box = boxOf(page);
  const isWhole = async (visibleHeight: number) => {
    const { y, height } = (await box.boundingBox()) ?? { y: 0, height: 0 };
    return y >= 0 && height >= 40 && y + height <= visibleHeight;
  };
  for (const [width, height, keyboard] of [
    [390, 844, 336],
    [320, 568, 260],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.evaluate("showKeyboard(0)");
    await panel.getByRole("tab", { name: "Overview" }).focus();
    const before = await heightOf();
    await box.focus();
    await page.evaluate(`showKeyboard(${keyboard})`);
    await expect.poll(() => isWhole(height - keyboard), { message: `laid over ${width} × ${height}` }).toBe(true);
    expect(await heightOf()).toBeLessThan(before);
    await page.evaluate("showKeyboard(0)");
    // Browsers that make the page smaller instead.
    await page.setViewportSize({ width, height: height - keyboard });
    await expect.poll(() => isWhole(height - keyboard), { message: `taken from ${width} × ${height}` }).toBe(true);
  }
  // Nothing of it is lost: whoever is in the panel sees it, also on a page of 320 × 256, as at four times the size.
  await page.setViewportSize({ width: 320, height: 256 });
  await panel.getByRole("tab", { name: "Overview" }).focus();
  await expect.poll(heightOf).toBeGreaterThanOrEqual(100);
});

test("a toast covers neither the message box nor Send, wherever a phone's keyboard and the Sync panel leave them, and moves nothing", async () => {
  await using device = await site.openDevice();
  const demo = await enter(await device.openTab(VISUAL_VIEWPORT + KEEP_TOASTS));
  const { page } = demo;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.setViewportSize({ width: 390, height: 844 });
  const panel = await demo.openSyncPanel();
  await panel.getByRole("tab", { name: "Details" }).click();
  const copy = panel.getByRole("button", { name: "Copy as JSON" });
  await copy.scrollIntoViewIfNeeded();
  await page.evaluate(COUNT_SHIFTS);
  await copy.click();
  await page.getByText("Copied. It holds ids").waitFor();
  expect(await page.evaluate("shifts()")).toEqual([]);

  const arrangements = [
    [390, 844, 336],
    [320, 568, 260],
    [1280, 800, 0],
  ] as const;
  const checkAll = async (what: string) => {
    for (const [width, height, keyboard] of arrangements) {
      await page.setViewportSize({ width, height });
      for (const inset of [0, keyboard]) {
        await boxOf(page).focus();
        await page.evaluate(`showKeyboard(${inset})`);
        const message = `${what}, ${width} × ${height}, a keyboard of ${inset} px`;
        await expect.poll(() => page.evaluate(TOAST_FAULTS), { message }).toEqual([]);
      }
    }
  };
  await checkAll("the panel open");
  await panel.getByRole("button", { name: "Close" }).click();
  await checkAll("the panel closed");
  // The box grows with what is written.
  await boxOf(page).fill("One\nTwo\nThree\nFour");
  await checkAll("four lines begun");
});

test("a lesson that is over asks nobody to say hello where nothing was written: it says what became of it", async () => {
  const tutor = await signIn(site.server.url, TUTOR);
  const past = new Date(Date.now() - 7 * 86_400_000).toISOString();
  const [over, off] = [
    await tutor.lessons.create.mutate({ title: "Over", startsAt: past }),
    await tutor.lessons.create.mutate({ title: "Called off", startsAt: past }),
  ];
  await tutor.lessons.cancel.mutate({ id: off.id });
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(TUTOR);
  const chat = page.getByRole("log", { name: "Chat" });
  for (const { title, why } of [
    { title: over.title, why: "The lesson is over." },
    { title: off.title, why: "The lesson was cancelled." },
  ]) {
    await demo.openLesson(title);
    await chat.getByText(why).waitFor();
    expect(await chat.getByText("Say hello").count()).toBe(0);
    await page.getByRole("link", { name: "All lessons", exact: true }).click();
  }
});

test("what a refused message offers is large enough to be hit", async () => {
  const tutor = await signIn(site.server.url, TUTOR);
  const { id: lessonId } = await tutor.lessons.create.mutate({ title: "Hit me", startsAt: "2026-12-01T09:00:00Z" });
  const { token } = await tutor.lessons.invite.mutate({ lessonId, email: STUDENT, role: "participant" });
  const student = await signIn(site.server.url, STUDENT);
  await student.lessons.acceptInvite.mutate({ token });
  const { id: userId } = await student.auth.me.query();
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(STUDENT);
  await demo.openLesson("Hit me");
  await site.network.cut();
  await demo.send("Refused");
  await tutor.lessons.setRole.mutate({ lessonId, userId, role: "viewer" });
  await site.network.heal();
  for (const name of ["Try again", "Discard"]) {
    const { height = 0 } = (await page.getByRole("button", { name }).boundingBox()) ?? {};
    // WCAG 2.2, 2.5.8.
    expect(height, name).toBeGreaterThanOrEqual(24);
  }
});

/** Runs in the page: every value that the panel's count takes. */
const WATCH_QUEUE = `{
  const panel = document.querySelector("section[data-queue]");
  window.queued = new Set([panel.dataset.queue]);
  new MutationObserver(() => window.queued.add(panel.dataset.queue)).observe(panel, { attributeFilter: ["data-queue"] });
}`;
/** Runs in the page: from now on, also what moves after a click counts. */
const COUNT_SHIFTS = `{
  const seen = [];
  const read = (entries) => seen.push(...entries.map(({ value, sources }) => value + ": " + sources.map(({ node }) => node?.outerHTML.slice(0, 80))));
  const observer = new PerformanceObserver((list) => read(list.getEntries()));
  observer.observe({ type: "layout-shift" });
  window.shifts = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
    read(observer.takeRecords());
    resolve(seen);
  })));
}`;
/** Runs in the page: one line for each corner of the box and of its button that is not within reach, and for a toast that is not. */
const TOAST_FAULTS = `(() => {
  const faults = [];
  const isReached = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return [left + 4, right - 4].every((x) => [top + 4, bottom - 4].every((y) => element.contains(document.elementFromPoint(x, y))));
  };
  for (const name of ["Send", "Close"]) {
    const button = document.querySelector((name === "Close" ? "#root > output " : "") + "button[aria-label=" + name + "]");
    if (!isReached(button)) faults.push(name + " is covered");
  }
  const box = document.querySelector("textarea[aria-label=Message]").getBoundingClientRect();
  const toast = document.querySelector("#root > output > div").getBoundingClientRect();
  if (toast.bottom > box.top) faults.push("the toast ends at " + toast.bottom + ", the box begins at " + box.top);
  if (toast.top < 0) faults.push("the toast begins at " + toast.top);
  return faults;
})()`;

const BOTTOM_OF_BOX = `Math.round(document.querySelector("textarea[aria-label=Message]").getBoundingClientRect().bottom)`;
const bottomOf = (page: Page): Promise<number> => page.evaluate(BOTTOM_OF_BOX);

async function say(api: Client, texts: readonly string[]): Promise<void> {
  const { items } = await api.lessons.list.query({});
  const lessonId = items[0]?.id ?? "";
  for (const text of texts) await api.chat.send.mutate({ id: operationId(), lessonId, text });
}

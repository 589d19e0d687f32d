import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoDevice, type DemoSite } from "./harness/demo-site.ts";
import { signIn, type Client } from "./harness/device.ts";
import { readUpTo } from "./harness/read-up-to.ts";

const STUDENT = "student@tidemark.test";
const TUTOR = "tutor@tidemark.test";
/** Messages that each person writes, one every three seconds of ten minutes. */
const EACH = 200;
const STEP_MS = 3_000;
/** Each message is typed in a real browser. */
const TYPING = { timeout: 400_000 };

let site: DemoSite;
beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
}, START_TIMEOUT_MS);
afterAll(() => site?.[Symbol.asyncDispose]());

/** A clock on which three seconds go by with each Enter, and so those minutes. */
const CLOCK_OF_MESSAGES = `(() => {
  const RealDate = Date;
  let aheadMs = 0;
  globalThis.Date = class extends RealDate {
    constructor(...args) { args.length === 0 ? super(RealDate.now() + aheadMs) : super(...args); }
    static now() { return RealDate.now() + aheadMs; }
  };
  addEventListener("keydown", ({ key }) => { if (key === "Enter") aheadMs += ${STEP_MS}; });
})()`;

test(
  "I2 I9: after ten minutes offline, 200 messages written by each, all 400 stand in order, both are where they were, and the unread begin where they do",
  TYPING,
  async () => {
    await using studentDevice = await site.openDevice();
    await using tutorDevice = await site.openDevice("uncut");
    const student = await enter(studentDevice, STUDENT);
    const tutor = await enter(tutorDevice, TUTOR);
    // Not by the wire that is cut.
    const api = await signIn(site.server.url, STUDENT);
    // What stood there before is read, and the server knows.
    await expect.poll(() => readUpTo(api)).toBeDefined();

    await site.network.cut();
    await Promise.all([write(student, textsOf("Student")), write(tutor, textsOf("Tutor"))]);
    await expect.poll(() => tutor.messageTexts("pending")).toEqual([]);
    expect((await history(api)).filter(isBy("Student")), "what the wire let through").toEqual([]);
    await student.page.evaluate(LOOK_BACK);
    const before = await topMessage(student.page);
    expect(before.text).toMatch(/^Student \d+$/);

    await site.network.heal();
    await unreadButton(student).waitFor();
    await expect.poll(() => student.messageTexts("pending")).toEqual([]);
    const after = await topOf(student.page, before.id);
    expect(Math.abs(after - before.top), "pixels that the reader's place moved").toBeLessThanOrEqual(2);

    const all = await history(api);
    expect(all.filter(isBy("Student"))).toEqual(textsOf("Student"));
    expect(all.filter(isBy("Tutor"))).toEqual(textsOf("Tutor"));
    for (const { reader, other } of [
      { reader: student, other: "Tutor" },
      { reader: tutor, other: "Student" },
    ]) {
      await reader.page.bringToFront();
      await unreadButton(reader).click();
      await expect.poll(() => reader.page.evaluate<string>(BELOW_DIVIDER)).toBe(`${other} 1`);
      // The way down is how a person reads: from the divider to the end, nothing left out.
      expect(await readDown(reader.page)).toEqual(all.slice(all.indexOf(`${other} 1`)));
      await expect.poll(() => unreadButton(reader).count()).toBe(0);
    }
    await expect.poll(() => readUpTo(api)).toBe(`Tutor ${EACH}`);
  },
);

const unreadButton = ({ page }: DemoPage) => page.getByRole("button", { name: `${EACH} new messages` });

/** A person in the room, on a device whose clock moves as they write. */
async function enter(device: DemoDevice, email: string): Promise<DemoPage> {
  const demo = await device.openTab(CLOCK_OF_MESSAGES);
  await demo.signIn(email);
  await demo.openLesson("Demo lesson");
  return demo;
}

const textsOf = (who: string): string[] => Array.from({ length: EACH }, (_, index) => `${who} ${index + 1}`);
const isBy = (who: string) => (text: string) => text.startsWith(`${who} `);

async function write({ page }: DemoPage, texts: readonly string[]): Promise<void> {
  await page.getByRole("textbox", { name: "Message", exact: true }).focus();
  for (const text of texts) {
    await page.keyboard.insertText(text);
    await page.keyboard.press("Enter");
  }
  await page.getByText(texts.at(-1) ?? "", { exact: true }).waitFor();
  await page.getByRole("log", { name: "Chat" }).hover();
}

/** Runs in the page, whose types this package does not have. A message's own words, without name, time and marks. */
const IN_PAGE = `
  const log = document.querySelector('[role="log"]');
  const rows = () => [...log.querySelectorAll("[data-message-id]")];
  const textOf = (row) => row.querySelector("p:not(:has(time, svg)) > span").textContent;
  const edge = log.getBoundingClientRect();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  // A jump goes on, and rows move, until those that came on the screen are measured.
  const standStill = async () => {
    for (let [still, place] = [0, -1]; still < 20; still += 1) {
      await frame();
      if (log.scrollTop !== place) [still, place] = [0, log.scrollTop];
    }
  };
`;
const LOOK_BACK = `(async () => {${IN_PAGE}
  log.scrollBy(0, -3_000);
  await standStill();
})()`;
const BELOW_DIVIDER = `(() => {${IN_PAGE}
  const divider = log.querySelector("[data-unread-divider]");
  return divider === null ? "" : textOf(divider.parentElement.querySelector("[data-message-id]"));
})()`;

/** The first that is whole on the screen: one that the log's edge cuts loses its mark once it is sent, and ends where it ended. */
function topMessage(page: Page): Promise<{ readonly id: string; readonly text: string; readonly top: number }> {
  return page.evaluate(`(() => {${IN_PAGE}
    const row = rows().find((row) => row.getBoundingClientRect().top >= edge.top);
    return { id: row.dataset.messageId, text: textOf(row), top: row.getBoundingClientRect().top };
  })()`);
}

function topOf(page: Page, id: string): Promise<number> {
  return page.evaluate(`(async () => {${IN_PAGE}
    await standStill();
    return rows().find((row) => row.dataset.messageId === "${id}").getBoundingClientRect().top;
  })()`);
}

/** Scrolls from what is on the screen to the end, half a screen at a time, and answers the texts on the way. */
function readDown(page: Page): Promise<string[]> {
  return page.evaluate(`(async () => {${IN_PAGE}
    await standStill();
    const seen = new Map();
    for (;;) {
      const isEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 1;
      for (const row of rows()) {
        const { top, bottom } = row.getBoundingClientRect();
        if (bottom > edge.top + 1 && top < edge.bottom) seen.set(row.dataset.messageId, textOf(row));
      }
      if (isEnd) return [...seen.values()];
      log.scrollBy(0, log.clientHeight / 2);
      await frame();
      await frame();
    }
  })()`);
}

/** All messages of the lesson, oldest first, as the server has them. */
async function history(api: Client): Promise<string[]> {
  const lessonId = await lessonOf(api);
  const texts: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await api.chat.history.query({ lessonId, limit: 100, ...(cursor && { cursor }) });
    texts.unshift(...page.items.map(({ text }) => text).toReversed());
    cursor = page.nextCursor;
  }
  return texts;
}

async function lessonOf(api: Client): Promise<string> {
  const { items } = await api.lessons.list.query();
  return items[0]?.id ?? "";
}

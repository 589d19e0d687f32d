import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";
import { operationId, signIn, type Client } from "./harness/device.ts";
import { createTestDevice } from "../src/testing/test-device.ts";

const STUDENT = "student@tidemark.test";
/** More than an opened room holds, and than it keeps once the reader is back at the newest message. */
const LONG_ROOM = 700;
const BATCH = 100;

let site: DemoSite;
/** The student on another device. */
let elsewhere: Client;
let lessonId: string;

beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
  elsewhere = await signIn(site.server.url, STUDENT);
  const { items } = await elsewhere.lessons.list.query();
  lessonId = items[0]?.id ?? "";
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

const boxOf = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
const editorOf = (page: Page) => page.getByRole("textbox", { name: "Edit message" });
const focused = (page: Page) => page.evaluate<string | null>("document.activeElement.ariaLabel");

/** The student in the room, at a message of theirs that is on this device. */
async function openAt(demo: DemoPage, text: string): Promise<string> {
  const id = operationId();
  await elsewhere.chat.send.mutate({ id, lessonId, text });
  await demo.page.getByText(text, { exact: true }).waitFor();
  return id;
}

async function enter(demo: DemoPage): Promise<Page> {
  await demo.signIn(STUDENT);
  await demo.openLesson("Demo lesson");
  return demo.page;
}

async function editLast(page: Page): Promise<void> {
  await boxOf(page).press("ArrowUp");
  await editorOf(page).waitFor();
}

test("what was typed into a message that is deleted elsewhere meanwhile stands in the box, behind what was begun there, and outlives a reload", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const page = await enter(demo);
  const first = await openAt(demo, "To be deleted");
  await editLast(page);
  await editorOf(page).fill("A long thought");
  await elsewhere.chat.delete.mutate({ id: first });
  await expect.poll(() => boxOf(page).inputValue()).toBe("A long thought");
  expect(await editorOf(page).count()).toBe(0);
  await expect.poll(() => focused(page)).toBe("Message");
  await page.getByRole("status").filter({ hasText: "was deleted. What you typed is in the box" }).waitFor();

  const second = await openAt(demo, "To be deleted, too");
  const message = demo.messages().filter({ hasText: "To be deleted, too" });
  await message.hover();
  await message.getByRole("button", { name: "Edit" }).click();
  await editorOf(page).fill("A second thought");
  await elsewhere.chat.delete.mutate({ id: second });
  await expect.poll(() => boxOf(page).inputValue()).toBe("A long thought\nA second thought");
  await page.reload();
  await expect.poll(() => boxOf(page).inputValue()).toBe("A long thought\nA second thought");
  await boxOf(page).fill("");
});

test("an editor in which nothing was typed goes with its message, and leaves the focus in the empty box", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const page = await enter(demo);
  const id = await openAt(demo, "Deleted untouched");
  await editLast(page);
  await elsewhere.chat.delete.mutate({ id });
  await page.getByRole("status").filter({ hasText: "was deleted." }).waitFor();
  await expect.poll(() => focused(page)).toBe("Message");
  expect(await boxOf(page).inputValue()).toBe("");
});

test("who is at a message that is deleted elsewhere is left in the conversation, not before the page", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const page = await enter(demo);
  const id = await openAt(demo, "Deleted under the focus");
  await demo.messages().filter({ hasText: "Deleted under the focus" }).getByRole("button", { name: "Edit" }).focus();
  await elsewhere.chat.delete.mutate({ id });
  await page.getByText("Deleted under the focus").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Chat");
});

test("the newest message that is edited stays in sight, however much others write below it meanwhile, and what came is offered", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const page = await enter(demo);
  await openAt(demo, "Edited while others write");
  await editLast(page);
  const other = await signIn(site.server.url, "tutor@tidemark.test");
  for (let number = 1; number <= 20; number += 1) {
    await other.chat.send.mutate({ id: operationId(), lessonId, text: `Meanwhile ${number}\nin two lines` });
  }
  const offer = page.getByRole("button", { name: /new messages/ });
  await expect
    .poll(async () => {
      const [text = "0"] = /\d+/.exec((await offer.textContent().catch(() => "")) ?? "") ?? [];
      return Number(text);
    })
    .toBeGreaterThan(5);
  const isSeen = `(({ top, bottom }, log) => top >= log.top && bottom <= log.bottom)(
    document.activeElement.getBoundingClientRect(), document.querySelector("[role=log]").getBoundingClientRect())`;
  await expect.poll(() => page.evaluate(isSeen)).toBe(true);
  expect(await focused(page)).toBe("Edit message");
});

test("an old message that is edited stays, with what was typed, though its writer goes to the newest meanwhile", async () => {
  const writer = createTestDevice(elsewhere);
  for (let written = 0; written < LONG_ROOM; written += BATCH) {
    const texts = Array.from({ length: BATCH }, (_, index) => `Long ago ${written + index + 1}`);
    await writer.push(texts.map((text) => ({ name: "chat.send", args: { id: operationId(), lessonId, text } })));
  }
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const page = await enter(demo);
  await page.getByText(`Long ago ${LONG_ROOM}`, { exact: true }).waitFor();
  const old = page.getByText("Long ago 9", { exact: true });
  await expect
    .poll(async () => {
      await page.evaluate(`document.querySelector('[role="log"]').scrollTop = 0`);
      return old.count();
    })
    .toBe(1);
  const message = demo.messages().filter({ has: old });
  await message.hover();
  await message.getByRole("button", { name: "Edit" }).click();
  await editorOf(page).fill("Long ago, but better");
  await page.getByRole("button", { name: "Jump to latest" }).click();
  await page.getByRole("button", { name: "Jump to latest" }).waitFor({ state: "detached" });
  expect(await editorOf(page).inputValue()).toBe("Long ago, but better");
});

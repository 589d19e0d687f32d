import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";
import { signIn } from "./harness/device.ts";

/** More stops than any page has: a control that Tab does not reach is one that nobody reaches. */
const MOST_STOPS = 60;

let site: DemoSite;

beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

test("by keyboard alone: sign in, open a lesson, send, edit, delete, resolve a dead letter, sign out", async () => {
  const tutor = await signIn(site.server.url, "tutor@tidemark.test");
  const student = await signIn(site.server.url, "student@tidemark.test");
  const { id: userId } = await student.auth.me.query();
  const { items } = await tutor.lessons.list.query();
  const lessonId = items[0]?.id ?? "";
  const sentTexts = async () => (await tutor.chat.history.query({ lessonId })).items.map(({ text }) => text);
  await using device = await site.openDevice();
  const { page } = await device.openTab();
  const press = (key: string) => page.keyboard.press(key);
  const chat = page.getByRole("log", { name: "Chat" });

  await tabTo(page, "textbox Email");
  await page.keyboard.type("student@tidemark.test");
  await tabTo(page, "textbox Password");
  await page.keyboard.type("tidemark-demo");
  await press("Enter");
  await page.getByRole("button", { name: "Sign out" }).waitFor();

  await page.getByRole("link", { name: "Demo lesson" }).waitFor();
  await tabTo(page, "link Demo lesson");
  await press("Enter");
  await chat.waitFor();
  // The page that went took its link along: the focus is at the new page's start, not lost.
  await expect.poll(() => focused(page)).toContain("Demo lesson");

  await tabTo(page, "textbox Message");
  await page.keyboard.type("By keyboard");
  await press("Enter");
  await chat.getByText("By keyboard", { exact: true }).waitFor();
  await tabTo(page, "button Edit", "Shift+Tab");
  await press("Enter");
  await expect.poll(() => focused(page)).toBe("textbox Edit message");
  await page.keyboard.type(", edited");
  await press("Enter");
  await chat.getByText("By keyboard, edited").waitFor();
  await expect.poll(sentTexts).toContain("By keyboard, edited");
  await tabTo(page, "textbox Message");
  await tabTo(page, "button Delete", "Shift+Tab");
  await press("Enter");
  await expect.poll(() => chat.getByText("By keyboard, edited").count()).toBe(0);
  // A deletion that still waits when the student may no more write would be a second refusal.
  await expect.poll(sentTexts).not.toContain("By keyboard, edited");

  await site.network.cut();
  await tabTo(page, "textbox Message");
  await page.keyboard.type("Too late");
  await press("Enter");
  await chat.getByText("Too late", { exact: true }).waitFor();
  await tutor.lessons.setRole.mutate({ lessonId, userId, role: "viewer" });
  await site.network.heal();
  await chat.locator('[data-state="rejected"]').waitFor();
  await tabTo(page, "button Sync");
  await press("Enter");
  await page.getByRole("region", { name: "Sync" }).getByRole("button", { name: "Discard" }).waitFor();
  await tabTo(page, "button Discard");
  await press("Enter");
  await expect.poll(() => chat.locator('[data-state="rejected"]').count()).toBe(0);
  await tabTo(page, "button Sign out");
  await press("Enter");
  await page.getByRole("textbox", { name: "Email" }).waitFor();
});

test("a dialog that is closed gives the focus back to what opened it, also to the menu that it was chosen from", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  const press = (key: string) => page.keyboard.press(key);
  const dialog = page.getByRole("dialog");
  await demo.signIn("tutor@tidemark.test");

  const closes = async (opener: string) => {
    await dialog.waitFor();
    await press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe(opener);
  };
  await tabTo(page, "button New lesson");
  await press("Enter");
  await closes("button New lesson");

  await demo.openLesson("Demo lesson");
  await tabTo(page, "button Invite", "Shift+Tab");
  await press("Enter");
  await closes("button Invite");
  for (const name of ["Edit lesson", "Cancel lesson", "Leave lesson"]) {
    await page.getByRole("button", { name: "Lesson actions" }).press("Enter");
    await page.getByRole("menuitem", { name }).press("Enter");
    await closes("button Lesson actions");
  }
});

test("who removes a person, whose row then goes, is left in the page and not before it", async () => {
  const tutor = await signIn(site.server.url, "tutor@tidemark.test");
  const { id: lessonId } = await tutor.lessons.create.mutate({
    title: "To be thinned",
    startsAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const invited = { lessonId, email: "outsider@tidemark.test", role: "participant" } as const;
  const { token } = await tutor.lessons.invite.mutate(invited);
  const outsider = await signIn(site.server.url, invited.email);
  await outsider.lessons.acceptInvite.mutate({ token });
  const { name } = await outsider.auth.me.query();
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn("tutor@tidemark.test");
  await demo.openLesson("To be thinned");

  await page.getByRole("button", { name: `Actions for ${name}` }).press("Enter");
  await page.getByRole("menuitem", { name: `Remove ${name}` }).press("Enter");
  await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);
});

/** Presses the key until the control has the focus: `button Edit`, by the start of its name. Waits until it is there. */
async function tabTo(page: Page, wanted: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const controls = () =>
    page.evaluate<string[]>(`[...document.querySelectorAll("a, button, input, textarea")].map(${NAME})`);
  await expect
    .poll(async () => (await controls()).some((name) => name.startsWith(wanted)), { message: wanted })
    .toBe(true);
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if ((await focused(page)).startsWith(wanted)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach “${wanted}”; the focus is at “${await focused(page)}”.`);
}

/** Runs in the page: an element's role and name. */
const NAME = `(element) => {
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
  const roles = { BUTTON: "button", A: "link", INPUT: "textbox", TEXTAREA: "textbox" };
  return (roles[element.tagName] ?? element.tagName) + " " + label.trim();
}`;

/** Role and name of what has the focus. */
const focused = (page: Page) => page.evaluate<string>(`(${NAME})(document.activeElement)`);

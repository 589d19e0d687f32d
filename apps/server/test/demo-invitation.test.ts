import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";
import { signIn, type Client } from "./harness/device.ts";
import { WAIT_FOR_PREVIEW } from "./harness/endless-timers.ts";

const GUEST = "outsider@tidemark.test";

let site: DemoSite;
let tutor: Client;

beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
  tutor = await signIn(site.server.url, "tutor@tidemark.test");
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

/** Runs before the app: adds up what the browser says of things that moved. */
const observeShifts = `
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
`;

test("who came in by an invitation is not asked again: not by Back, not by the link, not without a network; once taken out they are", async () => {
  const { id: lessonId } = await tutor.lessons.create.mutate({ title: "By link", startsAt: "2026-12-01T09:00:00Z" });
  const { token } = await tutor.lessons.invite.mutate({ lessonId, email: GUEST, role: "participant" });
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  const room = page.getByRole("heading", { name: "By link", level: 1 });
  const invitation = page.getByRole("heading", { name: "You are invited to a lesson" });
  const link = new URL(`/invite/${token}`, page.url()).href;

  await page.goto(link);
  await page.getByRole("link", { name: "Sign in" }).click();
  await demo.signIn(GUEST);
  await page.getByRole("button", { name: "Join the lesson" }).click();
  await room.waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Lessons", level: 1 }).waitFor();
  expect(await invitation.count()).toBe(0);

  await demo.shellStored();
  await page.goto(link);
  await room.waitFor();
  await page.context().setOffline(true);
  await page.goto(link);
  await room.waitFor();
  await page.context().setOffline(false);

  const guest = await signIn(site.server.url, GUEST);
  const { id: userId } = await guest.auth.me.query();
  await tutor.lessons.removeParticipant.mutate({ lessonId, userId });
  await page.getByRole("heading", { name: "This lesson is not among yours" }).waitFor();
  await page.goto(link);
  await invitation.waitFor();
});

test("the page of an invitation names the lesson and who invites, before and after signing in, until it is used; a server that does not say so holds it up for nobody", async () => {
  const { id: lessonId } = await tutor.lessons.create.mutate({ title: "By name", startsAt: "2026-12-01T09:00:00Z" });
  const { token } = await tutor.lessons.invite.mutate({ lessonId, email: GUEST, role: "participant" });
  await using device = await site.openDevice();
  const lessonIn = (page: Page) =>
    page.locator("main").filter({ hasText: "By name" }).filter({ hasText: "Hosted by Tamsin Tutor" });
  const first = await device.openTab(observeShifts + WAIT_FOR_PREVIEW);
  const link = new URL(`/invite/${token}`, first.page.url()).href;
  await first.page.goto(link);
  await lessonIn(first.page).waitFor();
  await first.page.waitForLoadState("networkidle");
  expect(await first.page.evaluate("window.shift")).toBe(0);
  await first.page.getByRole("link", { name: "Sign in" }).click();
  await first.signIn(GUEST);
  await lessonIn(first.page).waitFor();
  await first.page.close();

  const demo = await device.openTab();
  const { page } = demo;
  const invitation = page.getByRole("heading", { name: "You are invited to a lesson" });
  const lesson = lessonIn(page);
  await page.route(/lessons\.previewInvite/, () => undefined);
  await page.goto(link);
  await invitation.waitFor();
  expect(await lesson.count()).toBe(0);
  await page.unroute(/lessons\.previewInvite/);
  await page.getByRole("button", { name: "Join the lesson" }).click();
  await page.getByRole("heading", { name: "By name", level: 1 }).waitFor();
  await demo.signOut();
  await page.goto(link);
  await invitation.waitFor();
  expect(await page.locator("main").innerText()).not.toMatch(/By name|Tamsin/);
});

test("who is signed in with another address than the invited one changes accounts, and is asked again by the same link", async () => {
  const { id: lessonId } = await tutor.lessons.create.mutate({ title: "Changed", startsAt: "2026-12-01T09:00:00Z" });
  const { token } = await tutor.lessons.invite.mutate({ lessonId, email: GUEST, role: "participant" });
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn("student@tidemark.test");
  await page.goto(new URL(`/invite/${token}`, page.url()).href);
  await page.getByRole("button", { name: "Join the lesson" }).click();
  await page.getByRole("heading", { name: "This invitation is for another address" }).waitFor();
  await page.getByRole("button", { name: "Switch account" }).press("Enter");
  const door = page.getByRole("link", { name: "Sign in" });
  await door.waitFor();
  await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("You are invited to a lesson");
  await door.click();
  await demo.signIn(GUEST);
  await page.getByRole("button", { name: "Join the lesson" }).click();
  await page.getByRole("heading", { name: "Changed", level: 1 }).waitFor();
});

test("an invitation that lets nobody in leaves the focus at the heading that says so", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(GUEST);
  await page.goto(new URL("/invite/not-a-token-that-works", page.url()).href);
  await page.getByRole("button", { name: "Join the lesson" }).press("Enter");
  await page.getByRole("heading", { name: "This invitation no longer works" }).waitFor();
  await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("This invitation no longer works");
});

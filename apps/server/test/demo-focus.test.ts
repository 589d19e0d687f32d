import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STUDENT, TUTOR, startAttendedSite, type AttendedSite } from "./harness/attended-site.ts";
import { START_TIMEOUT_MS } from "./harness/demo-site.ts";
import type { Client } from "./harness/device.ts";
import { createSharedLesson, overwriteTitle } from "./harness/lost-titles.ts";

let site: AttendedSite;
let tutor: Client;
let student: Client;

beforeAll(async () => {
  site = await startAttendedSite();
  ({ tutor, student } = site);
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

/** The words of what has the focus, or its name where it has none. */
const focused = (page: Page) =>
  page.evaluate<string>(`(({ ariaLabel, labels, textContent }) =>
    document.activeElement === document.body ? "nothing" : (ariaLabel ?? labels?.[0]?.textContent ?? textContent)
  )(document.activeElement)`);
const hasFocus = (item: Locator) => item.evaluate((element) => element.matches(":focus-within"));

test("a decision in the Sync panel leaves the focus at the next one, and at the panel's heading when none is left", async () => {
  for (const title of ["Squares", "Hexagons", "Octagons"]) {
    const lessonId = await createSharedLesson({ tutor, student }, title);
    await overwriteTitle({ tutor, student }, { lessonId, titles: [`${title} lost`, `${title} kept`] });
  }
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(TUTOR);
  const panel = await demo.openSyncPanel();
  const decisions = panel.getByRole("listitem").filter({ hasText: "changed by" });
  await expect.poll(() => decisions.count()).toBe(3);

  await decisions.first().getByRole("button", { name: "Use mine again" }).press("Enter");
  await expect.poll(() => decisions.count()).toBe(2);
  await expect.poll(() => hasFocus(decisions.first())).toBe(true);
  await decisions.last().getByRole("button", { name: "Dismiss" }).press("Enter");
  await expect.poll(() => decisions.count()).toBe(1);
  await expect.poll(() => hasFocus(decisions.first())).toBe(true);
  await decisions.first().getByRole("button", { name: "Dismiss" }).press("Enter");
  await expect.poll(() => decisions.count()).toBe(0);
  await expect.poll(() => hasFocus(panel.getByRole("heading", { level: 2 }))).toBe(true);
});

test("a correction that is given up leaves the focus where it began, a discarded one at the panel's heading", async () => {
  const lessonId = await createSharedLesson({ tutor, student }, "Corrections");
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(STUDENT);
  await demo.openLesson("Corrections");
  const { id: userId } = await student.auth.me.query();
  await page.getByRole("textbox", { name: "Message", exact: true }).focus();
  await tutor.lessons.setRole.mutate({ lessonId, userId, role: "viewer" });
  // The box that was written in has gone; the focus stays in the conversation.
  await page.getByText("You are a viewer in this lesson").waitFor();
  await expect.poll(() => focused(page)).toBe("Chat");
  await tutor.lessons.setRole.mutate({ lessonId, userId, role: "host" });
  await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();

  await site.network.cut();
  await demo.send("Refused");
  await tutor.lessons.setRole.mutate({ lessonId, userId, role: "viewer" });
  await site.network.heal();
  const panel = await demo.openSyncPanel();
  await panel.getByRole("button", { name: "Edit" }).press("Enter");
  await expect.poll(() => focused(page)).toBe("Corrected text");
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe("Edit");
  await panel.getByRole("button", { name: "Discard" }).press("Enter");
  await panel.getByRole("button", { name: "Discard" }).waitFor({ state: "detached" });
  await expect.poll(() => hasFocus(panel.getByRole("heading", { level: 2 }))).toBe(true);
});

test("who is taken out of a lesson while in its room is left at the heading that says so", async () => {
  const lessonId = await createSharedLesson({ tutor, student }, "Left behind");
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(STUDENT);
  await demo.openLesson("Left behind");
  await page.getByRole("textbox", { name: "Message", exact: true }).focus();
  const { id: userId } = await student.auth.me.query();
  await tutor.lessons.removeParticipant.mutate({ lessonId, userId });
  await page.getByRole("heading", { name: "This lesson is not among yours" }).waitFor();
  await expect.poll(() => focused(page)).toBe("This lesson is not among yours");
});

test("each step of inviting begins at what is done there: the address, then the link, then the next address", async () => {
  await createSharedLesson({ tutor, student }, "Invitations");
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(TUTOR);
  await demo.openLesson("Invitations");
  await page.getByRole("button", { name: "Invite" }).press("Enter");
  await expect.poll(() => focused(page)).toBe("Their email");
  await page.keyboard.type("somebody@tidemark.test");
  await page.keyboard.press("Enter");
  await page.getByText("The link is ready").waitFor();
  await expect.poll(() => focused(page)).toBe("Copy link");
  await page.getByRole("button", { name: "Invite another" }).press("Enter");
  await expect.poll(() => focused(page)).toBe("Their email");
});

test("who signs in or registers, at home or on the way into a lesson, is left at the heading of the page that comes", async () => {
  const { id: lessonId } = await tutor.lessons.create.mutate({ title: "Entrances", startsAt: "2026-12-01T09:00:00Z" });
  const { token } = await tutor.lessons.invite.mutate({ lessonId, email: "new@tidemark.test", role: "participant" });
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  const register = async (email: string) => {
    await page.getByRole("textbox", { name: "Name" }).fill("Nadia");
    await page.getByRole("textbox", { name: "Email" }).fill(email);
    await page.getByLabel("Password").fill("tidemark-demo");
    await page.keyboard.press("Enter");
  };
  await demo.signIn(TUTOR);
  await expect.poll(() => focused(page)).toBe("Lessons");
  await demo.signOut();

  await page.getByRole("link", { name: "New account" }).press("Enter");
  await register("other@tidemark.test");
  await expect.poll(() => focused(page)).toBe("Lessons");
  await demo.signOut();

  await page.goto(new URL(`/invite/${token}`, page.url()).href);
  await page.getByRole("link", { name: "Create account" }).press("Enter");
  await register("new@tidemark.test");
  await expect.poll(() => focused(page)).toBe("You are invited to a lesson");
});

test("Send, pressed by a key, gives the focus back to the box, which is empty for the next message", async () => {
  await createSharedLesson({ tutor, student }, "Send by key");
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(STUDENT);
  await demo.openLesson("Send by key");
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("By its button");
  await page.getByRole("button", { name: "Send", exact: true }).press("Enter");
  await expect.poll(() => demo.messageTexts()).toHaveLength(1);
  await expect.poll(() => focused(page)).toBe("Message");
});

test("a button that its own press leaves with nothing to do keeps the focus, and asks the server once", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn("student2@tidemark.test");
  await page.getByRole("link", { name: "Settings" }).press("Enter");
  const box = page.getByRole("textbox", { name: "Name" });
  const button = page.getByRole("button", { name: "Save name" });
  let saves = 0;
  page.on("request", (request) => (saves += request.url().includes("auth.updateProfile") ? 1 : 0));
  await box.fill("Somebody new");
  await button.press("Enter");
  await page.getByText("Your name is saved").waitFor();
  await expect.poll(() => button.isDisabled()).toBe(true);
  expect(await focused(page)).toBe("Save name");
  await button.press("Enter");
  await box.press("Enter");
  await page.getByRole("link", { name: "Tidemark, all lessons" }).press("Enter");
  await page.getByRole("heading", { name: "Lessons", level: 1 }).waitFor();
  expect(saves).toBe(1);
});

test("a banner that is answered, and the way back into an ended session, leave the focus in the page", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(STUDENT);
  const panel = await demo.openSyncPanel();
  await panel.getByRole("switch", { name: "Work offline" }).press("Space");
  await page.getByRole("button", { name: "Go online" }).press("Enter");
  await page.getByRole("button", { name: "Go online" }).waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Lessons");

  await student.auth.logout.mutate({ everywhere: true });
  await page.getByRole("button", { name: "Sign in again" }).press("Enter");
  await expect.poll(() => focused(page)).toBe("Password");
  await page.keyboard.type("tidemark-demo");
  await page.keyboard.press("Enter");
  await page.getByText("You have been signed out.").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Lessons");
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { STUDENT, TUTOR, startAttendedSite, type AttendedSite } from "./harness/attended-site.ts";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS } from "./harness/demo-site.ts";
import type { Client } from "./harness/device.ts";
import { createSharedLesson } from "./harness/lost-titles.ts";

const DEMO_LESSON = "Demo lesson";
const ALGEBRA = "Algebra";

let site: AttendedSite;
let tutor: Client;
let student: Client;

beforeAll(async () => {
  site = await startAttendedSite();
  ({ tutor, student } = site);
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

test("a lesson whose planning fails half-way is made once: wrong tags stop it before, a lost answer and a refused detail do not make the next try a second lesson", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(TUTOR);
  await page.getByRole("button", { name: "New lesson" }).click();
  const create = page.getByRole("button", { name: "Create lesson" });
  const named = async () => (await tutor.lessons.list.query()).items.filter(({ title }) => title.startsWith("Half"));
  await page.getByLabel("Title").fill("Half planned");
  await page.getByLabel("Tags").fill("x".repeat(51));
  await create.click();
  await page.getByText("At most 50 tags").waitFor();
  expect(await named()).toEqual([]);

  const noAnswer = page.getByText("Tidemark does not answer");
  // The lesson is made, and the answer lost.
  const isLost = page.waitForEvent("requestfailed", (request) => request.url().includes("lessons.create"));
  await page.route(/lessons\.create/, (route) => route.fetch().then(() => route.abort()), { times: 1 });
  await page.getByLabel("Tags").fill("maths");
  await create.click();
  await isLost;
  await noAnswer.waitFor();
  const isGone = Promise.withResolvers<void>();
  await page.route(/lessons\.update/, (route) => isGone.promise.then(() => route.abort()), { times: 1 });
  await create.click();
  await noAnswer.waitFor({ state: "detached" });
  isGone.resolve();
  await noAnswer.waitFor();
  await page.getByLabel("Title").fill("Half planned, then whole");
  await create.click();
  await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
  expect(await named()).toMatchObject([{ title: "Half planned, then whole", tags: ["maths"] }]);
});

test("a role that is not changed says why: the host who asked for it is none any more, or nobody answered", async () => {
  const lessonId = await createSharedLesson({ tutor, student }, "Two hosts");
  const { id: tutorId } = await tutor.auth.me.query();
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await demo.signIn(TUTOR);
  await demo.openLesson("Two hosts");
  const makeViewer = async () => {
    await page.getByRole("button", { name: "Actions for Sam Student" }).click();
    await page.getByRole("menuitemradio", { name: "Viewer" }).click();
  };
  await page.route(/lessons\.setRole/, (route) => route.abort(), { times: 1 });
  await makeViewer();
  await page.getByText("Tidemark does not answer").waitFor();
  // The page does not hear of it.
  await page.route(/sync\.pull/, () => undefined);
  await student.lessons.setRole.mutate({ lessonId, userId: tutorId, role: "participant" });
  await makeViewer();
  await page.getByText("You may not do that in this lesson").waitFor();
});

test("C11 C27 I2 I3: a message that its author may not send any more takes its edits along: discarded they leave the page, retried they are applied", async () => {
  const lessonId = await createAlgebra();
  const { id: studentId } = await student.auth.me.query();
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  await demo.openLesson(ALGEBRA);
  // Before the cut: its file may not have come yet.
  const panel = await demo.openSyncPanel();

  await site.network.cut();
  await go(demo, DEMO_LESSON);
  await demo.send("Allowed before");
  await go(demo, ALGEBRA);
  await demo.send("First try");
  await demo.edit("First try", "First try, edited");
  await demo.send("Second try");
  await demo.edit("Second try", "Second try, edited");
  await demo.edit("Second try, edited", "Second try, edited twice");
  await go(demo, DEMO_LESSON);
  await demo.send("Allowed after");
  await tutor.lessons.setRole.mutate({ lessonId, userId: studentId, role: "viewer" });
  await site.network.heal();

  await expect.poll(() => panel.getAttribute("data-queue")).toBe("0");
  await expect.poll(() => panel.getAttribute("data-state")).toBe("synced");
  expect((await textsOf(tutor, DEMO_LESSON)).slice(-2)).toEqual(["Allowed before", "Allowed after"]);
  expect(await textsOf(tutor, ALGEBRA)).toEqual([]);

  // One letter for each message, with the reason; its edits are in it.
  const letters = panel.getByRole("listitem").filter({ hasText: "You are a viewer in this lesson" });
  await expect.poll(() => letters.count()).toBe(2);
  const [first, second] = [letters.filter({ hasText: "First try" }), letters.filter({ hasText: "Second try" })];
  await demo.page.getByRole("link", { name: "Tidemark, all lessons" }).click();
  await demo.page.getByRole("link", { name: ALGEBRA }).click();
  await expect.poll(() => demo.messageTexts("rejected")).toHaveLength(2);
  await expect.poll(() => shownTexts(demo)).toEqual(["First try, edited", "Second try, edited twice"]);

  await first.getByRole("button", { name: "Discard" }).click();
  await expect.poll(() => shownTexts(demo)).toEqual(["Second try, edited twice"]);
  await expect.poll(() => letters.count()).toBe(1);

  await tutor.lessons.setRole.mutate({ lessonId, userId: studentId, role: "participant" });
  await second.getByRole("button", { name: "Retry" }).click();
  await expect.poll(() => textsOf(tutor, ALGEBRA)).toEqual(["Second try, edited twice"]);
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("0");
  await expect.poll(() => letters.count()).toBe(0);
  await expect.poll(() => demo.messageTexts("synced")).toHaveLength(1);
});

/** What was written in Algebra, as the page shows it. */
const shownTexts = async (demo: DemoPage) =>
  (
    await demo
      .messages()
      .getByText(/ try, edited/)
      .allInnerTexts()
  ).map((text) => text.trim());

/** A lesson in which the student may write, for now. */
async function createAlgebra(): Promise<string> {
  const { id } = await tutor.lessons.create.mutate({ title: ALGEBRA, startsAt: "2026-12-01T09:00:00Z" });
  const { token } = await tutor.lessons.invite.mutate({ lessonId: id, email: STUDENT, role: "participant" });
  await student.lessons.acceptInvite.mutate({ token });
  return id;
}

async function go(demo: DemoPage, title: string): Promise<void> {
  await demo.page.getByRole("link", { name: "Tidemark, all lessons" }).click();
  await demo.openLesson(title);
}

/** What the server has of a lesson's chat, oldest first. */
async function textsOf(client: Client, title: string): Promise<string[]> {
  const { items } = await client.lessons.list.query({});
  const lesson = items.find((item) => item.title === title);
  const history = await client.chat.history.query({ lessonId: lesson?.id ?? "" });
  return history.items.map(({ text }) => text).reverse();
}

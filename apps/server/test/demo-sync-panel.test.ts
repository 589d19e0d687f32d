import { randomUUID } from "node:crypto";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STUDENT, TUTOR, startAttendedSite, type AttendedSite } from "./harness/attended-site.ts";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS } from "./harness/demo-site.ts";
import type { Client } from "./harness/device.ts";
import { createSharedLesson, overwriteTitle } from "./harness/lost-titles.ts";

const LESSON = "Demo lesson";

let site: AttendedSite;
let tutor: Client;
let student: Client;

beforeAll(async () => {
  site = await startAttendedSite();
  ({ tutor, student } = site);
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

const stateOf = async (demo: DemoPage) => {
  const panel = await demo.openSyncPanel();
  return { state: await panel.getAttribute("data-state"), queue: await panel.getAttribute("data-queue") };
};
const banner = (demo: DemoPage) => demo.page.getByText("You switched this app offline. What you write waits");

/** Texts of the demo lesson that begin so, oldest first, as the server has them. */
async function serverTexts(prefix: string): Promise<string[]> {
  const { items } = await tutor.lessons.list.query({});
  const lesson = items.find(({ title }) => title === LESSON);
  const history = await tutor.chat.history.query({ lessonId: lesson?.id ?? "" });
  return history.items.flatMap(({ text }) => (text.startsWith(prefix) ? [text] : [])).reverse();
}

test("I10 I1: the offline switch holds back every tab and the service worker, over a reload, says so, and lets go of all at once", async () => {
  await using device = await site.openDevice();
  const first = await device.openTab();
  await first.signIn(STUDENT);
  await first.openLesson(LESSON);
  await first.shellStored();
  const second = await device.openTab();
  await second.openLesson(LESSON);
  const panel = await first.openSyncPanel();
  await panel.getByRole("switch", { name: "Work offline" }).click();

  for (const demo of [first, second]) {
    await banner(demo).waitFor();
    await expect.poll(() => stateOf(demo)).toMatchObject({ state: "offline" });
  }
  await panel.getByRole("heading", { name: "You switched this app offline" }).waitFor();
  await second.send("Plug pulled one");
  await first.send("Plug pulled two");
  await panel.getByText("Waits until you go online").first().waitFor();
  await panel
    .getByText(/Could not send \d changes?: switched offline/)
    .first()
    .waitFor();
  await second.page.reload();
  await banner(second).waitFor();
  await expect.poll(() => stateOf(second)).toEqual({ state: "offline", queue: "2" });

  await first.page.close();
  await second.page.close();
  await device.wakeServiceWorker("tidemark-sync");
  const last = await device.openTab();
  await last.openLesson(LESSON);
  await expect.poll(() => stateOf(last)).toEqual({ state: "offline", queue: "2" });
  expect(await serverTexts("Plug pulled")).toEqual([]);
  await last.page.getByRole("button", { name: "Go online" }).click();
  await expect.poll(() => stateOf(last)).toEqual({ state: "synced", queue: "0" });
  expect(await serverTexts("Plug pulled")).toEqual(["Plug pulled one", "Plug pulled two"]);
  await expect.poll(() => banner(last).count()).toBe(0);
});

test("on a phone the banner of the offline switch is one line in each language, and its second sentence is said all the same", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  const { page } = demo;
  await page.setViewportSize({ width: 390, height: 844 });
  await demo.signIn(STUDENT);
  const panel = await demo.openSyncPanel();
  await panel.getByRole("switch", { name: "Work offline" }).click();
  // Once it says so it is stored, and outlives the page.
  await banner(demo).waitFor();
  for (const [language, name, more] of [
    ["en", "Work offline", "What you write waits on this device."],
    ["uk", "Працювати без мережі", "Написане чекає на цьому пристрої."],
  ] as const) {
    await page.evaluate(`localStorage.setItem("tidemark:language", "${language}")`);
    await page.reload();
    // A busy machine draws the page before its letters are here, and then in the system's, which are wider.
    await page.addStyleTag({ content: "* { font-family: system-ui !important }" });
    const bar = page.getByRole("region", { name, exact: true });
    const button = (await bar.getByRole("button").boundingBox()) ?? { height: 0 };
    expect((await bar.boundingBox())?.height, language).toBeLessThanOrEqual(button.height + 20);
    expect(await bar.getByText(more).ariaSnapshot(), language).toContain(more);
  }
});

test("S31 I9: who lost a title to somebody else sees it, takes theirs back, or dismisses it on all their devices", async () => {
  const lessonId = await createSharedLesson({ tutor, student }, "Triangles");
  await using phone = await site.openDevice();
  await using laptop = await site.openDevice();
  const [onPhone, onLaptop] = [await phone.openTab(), await laptop.openTab()];
  for (const demo of [onPhone, onLaptop]) await demo.signIn(TUTOR);
  const button = (demo: DemoPage) => demo.page.getByRole("button", { name: /^Sync, .*1 overwritten/ });
  const letters = async (demo: DemoPage) =>
    (await demo.openSyncPanel()).getByRole("listitem").filter({ hasText: "Title, changed by Sam Student" });

  await overwriteTitle({ tutor, student }, { lessonId, titles: ["Circles", "Cones"] });
  for (const demo of [onPhone, onLaptop]) await button(demo).waitFor();
  const lost = await letters(onPhone);
  await expect.poll(() => lost.innerText()).toMatch(/Yours\s+Circles\s+Now\s+Cones/);
  await lost.getByRole("button", { name: "Use mine again" }).click();
  await expect.poll(async () => (await tutor.lessons.byId.query({ id: lessonId })).title).toBe("Circles");
  for (const demo of [onPhone, onLaptop]) await expect.poll(async () => (await letters(demo)).count()).toBe(0);
  // Their base was the present: nobody lost anything by it.
  expect(await conflictsOf(student, lessonId)).toEqual([]);

  await overwriteTitle({ tutor, student }, { lessonId, titles: ["Spheres", "Cubes"] });
  for (const demo of [onPhone, onLaptop]) await button(demo).waitFor();
  await (await letters(onLaptop)).getByRole("button", { name: "Dismiss" }).click();
  for (const demo of [onPhone, onLaptop]) await expect.poll(async () => (await letters(demo)).count()).toBe(0);
  expect((await tutor.lessons.byId.query({ id: lessonId })).title).toBe("Cubes");
  expect(await conflictsOf(tutor, lessonId)).toEqual([]);
});

test("C10 C11 C16: the time line tells a lost answer, its repetition, a server that fails and a refusal as they were", async () => {
  const lessonId = await createSharedLesson({ tutor, student }, "Refusals");
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  await demo.openLesson("Refusals");
  const panel = await demo.openSyncPanel();
  await expect.poll(() => stateOf(demo)).toEqual({ state: "synced", queue: "0" });

  let answersToLose = 1;
  let failures = 2;
  await demo.page.route(/\/trpc\/sync\.push/, async (route) => {
    if (answersToLose > 0) {
      answersToLose -= 1;
      await route.fetch();
      return route.abort("connectionreset");
    }
    if (failures > 0 && (await serverHas("Once"))) {
      failures -= 1;
      return route.fulfill({ status: 503, contentType: "application/json", body: UNAVAILABLE });
    }
    return route.continue();
  });
  const serverHas = async (text: string) =>
    (await tutor.chat.history.query({ lessonId })).items.some((message) => message.text === text);
  await demo.send("Once");
  await panel.getByText("No answer for 1 change").waitFor();
  await panel.getByText("Could not send 1 change: the server said UNAVAILABLE × 2").waitFor();
  await panel.getByText("Sent 1 change again: the server had it").waitFor();
  const { items } = await tutor.chat.history.query({ lessonId });
  expect(items.map(({ text }) => text)).toEqual(["Once"]);

  await demo.page.unroute(/\/trpc\/sync\.push/);
  const { id: userId } = await student.auth.me.query();
  await site.network.cut();
  await demo.send("Refused");
  await tutor.lessons.setRole.mutate({ lessonId, userId, role: "viewer" });
  await site.network.heal();
  await panel.getByText("Sent 1 change, 1 not accepted").waitFor();
  await demo.page.getByRole("button", { name: /^Sync, .*1 not accepted/ }).waitFor();

  await panel.getByRole("tab", { name: "Details" }).click();
  const pushes = panel.locator("[data-exchanges] [data-kind=push]");
  await expect.poll(() => outcomes(pushes)).toContain("ok: 1 rejected FORBIDDEN");
  expect((await outcomes(pushes)).filter((line) => !line.startsWith("lost Failed")).reverse()).toEqual(
    expect.arrayContaining(["lost", "refused 503 UNAVAILABLE r-503", "ok: 1 applied (repeated)"]),
  );
});

test("I8: the details name the versions, the epoch and the seq that the server has, and Escape gives the focus back", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  await demo.openLesson(LESSON);
  await demo.send("Counted");
  await expect.poll(() => stateOf(demo)).toEqual({ state: "synced", queue: "0" });
  const panel = await demo.openSyncPanel();
  await panel.getByRole("tab", { name: "Details" }).click();

  const pull = () => student.sync.pull.query({ deviceId: randomUUID(), cursor: null, limit: 5000 });
  const shown = () =>
    panel
      .locator("tr[data-scope]")
      .evaluateAll((rows) =>
        rows.map(({ dataset }): [string, number] => [dataset["scope"] ?? "", Number(dataset["version"])]),
      );
  /** Scopes in which the server has another version than is shown; that it has read the room, the page tells it late. */
  const otherVersions = async () => {
    const newest = new Map<string, number>();
    for (const { scope, version } of (await pull()).changes) {
      newest.set(scope, Math.max(newest.get(scope) ?? 0, version));
    }
    expect([...newest.keys()].some((scope) => scope.startsWith("lesson:"))).toBe(true);
    const versions = new Map(await shown());
    return [...newest].filter(([scope, version]) => versions.get(scope) !== version);
  };
  await expect.poll(otherVersions).toEqual([]);
  await panel.getByText((await pull()).epoch).waitFor();

  await panel.press("Escape");
  await panel.waitFor({ state: "detached" });
  const button = demo.page.getByRole("button", { name: /^Sync/ });
  await expect.poll(() => button.evaluate((element) => element.matches(":focus"))).toBe(true);
});

const UNAVAILABLE = JSON.stringify([
  { error: { message: "Try later", code: -32603, data: { code: "UNAVAILABLE", httpStatus: 503, requestId: "r-503" } } },
]);

/** How each push ended, by its second line: `ok: 1 applied`. */
const outcomes = async (pushes: Locator) =>
  (await pushes.allInnerTexts()).map(
    (text) => (text.split("\n").find((line) => line.includes(" · ↑")) ?? "").split(" · ")[0] ?? "",
  );

async function conflictsOf(client: Client, lessonId: string) {
  const { changes } = await client.sync.pull.query({ deviceId: randomUUID(), cursor: null, limit: 5000 });
  return changes.filter(({ entity, value }) => entity === "conflict" && value?.["entityId"] === lessonId);
}

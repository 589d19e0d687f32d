import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";
import { signIn } from "./harness/device.ts";

const LESSON = "Demo lesson";
const STUDENT = "student@tidemark.test";
const TUTOR = "tutor@tidemark.test";
const three = (prefix: string) => ["one", "two", "three"].map((number) => `${prefix} ${number}`);

let site: DemoSite;

beforeAll(async () => {
  // Shorter than the time before its end at which a token is renewed: every call renews it.
  site = await startDemoSite({ ACCESS_TOKEN_TTL: "29", SYNC_POLL_INTERVAL: "1" });
}, START_TIMEOUT_MS);

afterAll(() => site?.[Symbol.asyncDispose]());

/** The texts of a test's messages, oldest first, as the server has them. */
async function serverTexts(prefix: string): Promise<string[]> {
  const { server } = site;
  const tutor = await signIn(server.url, TUTOR);
  const [lesson] = (await tutor.lessons.list.query({})).items;
  const { items } = await tutor.chat.history.query({ lessonId: lesson?.id ?? "" });
  return items.flatMap(({ text }) => (text.startsWith(prefix) ? [text] : [])).reverse();
}

const panelOf = async (demo: DemoPage) => {
  const panel = await demo.openSyncPanel();
  return { state: await panel.getAttribute("data-state"), queue: await panel.getAttribute("data-queue") };
};

test("C15 I1 I2 I10: a session that cannot be refreshed keeps what was written, says why it waits, and signing in sends it", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  await demo.openLesson(LESSON);
  await site.network.cut();
  for (const text of three("Kept")) await demo.send(text);
  const elsewhere = await signIn(site.server.url, STUDENT);
  await elsewhere.auth.logout.mutate({ everywhere: true });

  await site.network.heal();
  await demo.page.getByText("You have been signed out. What you write stays").waitFor();
  await expect.poll(() => panelOf(demo)).toEqual({ state: "stuck", queue: "3" });
  await demo.page.getByText("stays on this device until you sign in again").waitFor();
  expect(await serverTexts("Kept")).toEqual([]);

  await demo.page.getByRole("button", { name: "Sign in again" }).click();
  await demo.signInAgain();
  await expect.poll(() => panelOf(demo)).toEqual({ state: "synced", queue: "0" });
  expect(await serverTexts("Kept")).toEqual(three("Kept"));
});

test("C4 I7: two people on one device in turn: neither sends nor sees what the other wrote", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  await demo.openLesson(LESSON);
  await site.network.cut();
  for (const text of three("In turn")) await demo.send(text);
  await demo.signOut();
  await demo.page.getByText(`3 changes of ${STUDENT} stay on this device`).waitFor();

  await site.network.heal();
  await demo.signIn(TUTOR);
  await demo.openLesson(LESSON);
  await expect.poll(() => panelOf(demo)).toEqual({ state: "synced", queue: "0" });
  expect((await demo.messageTexts()).filter((text) => text.includes("In turn"))).toEqual([]);
  await demo.send("In turn, the tutor");
  await expect.poll(() => panelOf(demo)).toEqual({ state: "synced", queue: "0" });
  expect(await serverTexts("In turn")).toEqual(["In turn, the tutor"]);
  await demo.signOut();

  await demo.signIn(STUDENT);
  await demo.openLesson(LESSON);
  await expect.poll(() => panelOf(demo)).toEqual({ state: "synced", queue: "0" });
  expect(await serverTexts("In turn")).toEqual(["In turn, the tutor", ...three("In turn")]);
});

test("C29 I1 I2 I3: the service worker sends what was written offline when no tab is open, once each and in order", async () => {
  await using device = await site.openDevice();
  const demo = await device.openTab();
  await demo.signIn(STUDENT);
  await demo.openLesson(LESSON);
  await demo.shellStored();
  await site.network.cut();
  for (const text of three("Left behind")) await demo.send(text);
  await demo.page.close();
  await site.network.heal();

  await device.wakeServiceWorker("tidemark-sync");
  await expect.poll(() => serverTexts("Left behind")).toEqual(three("Left behind"));

  const again = await device.openTab();
  await again.openLesson(LESSON);
  await expect.poll(() => panelOf(again)).toEqual({ state: "synced", queue: "0" });
  expect((await again.messageTexts("synced")).filter((text) => text.includes("Left behind"))).toHaveLength(3);
  expect(await serverTexts("Left behind")).toEqual(three("Left behind"));
});

/** A browser whose tabs all lead, so that each of them calls the server, and renews its token, at its own pace. */
const EACH_TAB_LEADS = `{
  const request = navigator.locks.request.bind(navigator.locks);
  navigator.locks.request = (name, ...rest) =>
    name.endsWith(":leader") ? Promise.resolve(rest.at(-1)({ name })) : request(name, ...rest);
}`;

test("two tabs that renew their tokens all the time take turns: no token is used twice, nobody is signed out", async () => {
  await using device = await site.openDevice();
  const first = await device.openTab(EACH_TAB_LEADS);
  await first.signIn(STUDENT);
  const second = await device.openTab(EACH_TAB_LEADS);
  for (const demo of [first, second]) await demo.openLesson(LESSON);
  const before = await refreshes();
  for (const [index, demo] of [first, second, first, second].entries()) await demo.send(`By turns ${index}`);

  await expect.poll(async () => (await refreshes()).get("rotated")).toBeGreaterThan((before.get("rotated") ?? 0) + 10);
  const after = await refreshes();
  for (const outcome of ["repeated", "reused", "ended"]) expect(after.get(outcome)).toBe(before.get(outcome));
  for (const demo of [first, second]) {
    await expect.poll(() => panelOf(demo)).toEqual({ state: "synced", queue: "0" });
    expect(await demo.page.getByText("You have been signed out").count()).toBe(0);
  }
});

/** How often tokens were renewed, by what came of it. */
async function refreshes(): Promise<Map<string, number>> {
  const text = await (await fetch(`${site.server.url}/metrics`)).text();
  const found = text.matchAll(/^token_operations_total\{operation="refresh",result="(\w+)"\} (\d+)$/gm);
  return new Map([...found].map(([, result = "", count]) => [result, Number(count)]));
}

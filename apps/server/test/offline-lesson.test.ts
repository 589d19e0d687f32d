import { createProfile, startBrowser, type BrowserProcess, type BrowserProfile } from "@tidemark/browser-testing";
import { createDataFolders } from "@tidemark/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCutProxy, type CutProxy } from "./harness/cut-proxy.ts";
import { createDemoPage } from "./harness/demo-page.ts";
import { startServer, type ServerProcess } from "./harness/server-process.ts";

const LESSON = "Demo lesson";
const SENT = Array.from({ length: 20 }, (_, index) => `Written offline ${String(index + 1).padStart(2, "0")}`);
const EDITED = "Written offline 07, then edited";
const EXPECTED = SENT.with(6, EDITED);

const folders = createDataFolders();
let server: ServerProcess;
let studentNetwork: CutProxy;
let studentProfile: BrowserProfile;
let tutorProfile: BrowserProfile;
const browsers: BrowserProcess[] = [];

async function open(profile: BrowserProfile): Promise<BrowserProcess> {
  const browser = await startBrowser(profile);
  browsers.push(browser);
  return browser;
}

beforeAll(async () => {
  server = await startServer({ dataDir: await folders.create() });
  studentNetwork = await startCutProxy(server.port);
  studentProfile = await createProfile();
  tutorProfile = await createProfile();
});

afterAll(async () => {
  await Promise.allSettled(browsers.map((browser) => browser.kill()));
  await studentNetwork?.close();
  await server?.stop();
  await Promise.all([studentProfile?.remove(), tutorProfile?.remove()]);
  await folders.close();
});

test("I1 I2 I3 I10: 20 messages and an edit written offline survive the browser's SIGKILL and reach the tutor once each, in order", async () => {
  const tutorBrowser = await open(tutorProfile);
  const tutor = createDemoPage(await tutorBrowser.context.newPage());
  await tutor.page.goto(server.url);
  await tutor.signIn("tutor@tidemark.test");
  await tutor.openLesson(LESSON);
  let navigations = 0;
  tutor.page.on("framenavigated", () => (navigations += 1));

  const firstBrowser = await open(studentProfile);
  const before = createDemoPage(await firstBrowser.context.newPage());
  await before.page.goto(studentNetwork.url);
  await before.signIn("student@tidemark.test");
  await before.openLesson(LESSON);
  await before.shellStored();
  const room = before.page.url();

  await studentNetwork.cut();
  for (const text of SENT) await before.send(text);
  await before.edit(SENT[6] ?? "", EDITED);
  await expect.poll(() => before.messageTexts("pending")).toHaveLength(SENT.length);
  await firstBrowser.kill();

  const secondBrowser = await open(studentProfile);
  const after = createDemoPage(await secondBrowser.context.newPage());
  await after.page.goto(room);
  await expect.poll(async () => withoutMarks(await after.messageTexts("pending"))).toEqual(EXPECTED);
  const panel = await after.openSyncPanel();
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("21");
  expect(await panel.getAttribute("data-state")).not.toBe("synced");

  const healedAt = performance.now();
  await studentNetwork.heal();
  await expect
    .poll(async () => withoutMarks(await tutor.messageTexts("synced")).filter(isOurs), { interval: 50 })
    .toEqual(EXPECTED);
  console.info(`The tutor saw all 20 after ${Math.round(performance.now() - healedAt)} ms`);
  expect(navigations).toBe(0);
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("0");
  await expect.poll(() => panel.getAttribute("data-state")).toBe("synced");
  await expect.poll(() => after.messageTexts("pending")).toEqual([]);
  expect(withoutMarks(await after.messageTexts("synced")).filter(isOurs)).toEqual(EXPECTED);
});

const isOurs = (text: string) => text.startsWith("Written offline");
/** A message's own text, without author, time and marks around it. */
const withoutMarks = (texts: readonly string[]) =>
  texts.map((text) => EXPECTED.findLast((expected) => text.includes(expected)) ?? text);

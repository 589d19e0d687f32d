import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createProfile, startBrowser } from "@tidemark/browser-testing";
import type { CDPSession, Page } from "playwright-core";
import { createUuids, type Random } from "../random.ts";
import { createClient } from "../systems/http.ts";
import { startServer, STUDENT, TUTOR } from "../systems/server-process.ts";

const LESSON = "Demo lesson";
const BATCH = 500;
/** Of the lengths that people write, a link and a line break among them. */
const WORDS = [
  "Did everyone get the worksheet?",
  "Yes, thanks! Question 3 looks odd to me though: is the sign right?",
  "Let me check. You're right, it should be a minus: https://example.org/worksheets/algebra-3.pdf (page 2)",
  "Great, now it works out 👍",
  "Exactly. And what does that say about the parabola?",
  "Could we go over the discriminant again?\nI always mix up when there are two solutions and when there is none.",
  "Of course. If it is positive there are two, if it is zero one, if it is negative none among the real numbers.",
  "Well done.",
];

/** The built demo on the real server, which keeps its data in PGlite, and a Chromium to open it in. */
export interface DemoSite {
  readonly url: string;
  /** Two people's messages in turn, in the demo's lesson. */
  seed(messages: number, random: Random): Promise<void>;
  /** A window with storage of its own. */
  openWindow(): Promise<DemoWindow>;
  close(): Promise<void>;
}

export interface DemoWindow {
  readonly page: Page;
  readonly devTools: CDPSession;
  /** Makes the page's processor so many times slower; 1 is unslowed. */
  slowDown(times: number): Promise<void>;
  signIn(): Promise<void>;
  openLesson(): Promise<void>;
  close(): Promise<void>;
}

export async function startDemoSite(): Promise<DemoSite> {
  await build();
  const dataDir = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
  const profile = await createProfile();
  const server = await startServer({ dataDir });
  const { url } = server;
  const { browser, kill } = await startBrowser(profile);
  return {
    url,
    seed: (messages, random) => seed(url, messages, random),
    async openWindow() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const devTools = await context.newCDPSession(page);
      return {
        page,
        devTools,
        slowDown: async (rate) => {
          await devTools.send("Emulation.setCPUThrottlingRate", { rate });
        },
        async signIn() {
          await page.getByRole("textbox", { name: "Email" }).fill(STUDENT.email);
          await page.getByLabel("Password").fill(STUDENT.password);
          await page.getByRole("button", { name: "Sign in" }).click();
          await page.getByRole("link", { name: LESSON }).waitFor();
        },
        async openLesson() {
          await page.getByRole("link", { name: LESSON }).click();
          await messageBox(page).waitFor();
        },
        close: () => context.close(),
      };
    },
    async close() {
      await kill();
      await server.stop();
      await profile.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export const messageBox = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });

async function build(): Promise<void> {
  const script = fileURLToPath(new URL("../../../scripts/build-demo.mjs", import.meta.url));
  const builder = spawn(process.execPath, [script], { stdio: "inherit" });
  await once(builder, "exit");
  if (builder.exitCode !== 0) throw new Error("The demo did not build; the lines above say why.");
}

async function seed(url: string, messages: number, random: Random): Promise<void> {
  const newId = createUuids(random);
  const people = await Promise.all(
    [TUTOR, STUDENT].map(async (account) => {
      const { accessToken } = await createClient(url).auth.login.mutate(account);
      return { client: createClient(url, accessToken), deviceId: randomUUID(), seq: 1 };
    }),
  );
  const lessons = await people[0]?.client.lessons.list.query({});
  const lessonId = lessons?.items.find(({ title }) => title === LESSON)?.id;
  if (lessonId === undefined) throw new Error(`The server was started without its demo school: no "${LESSON}".`);
  for (let [written, turn] = [0, 0]; written < messages; turn += 1) {
    const person = people[turn % people.length];
    if (person === undefined) throw new Error("Nobody writes.");
    const size = Math.min(BATCH, messages - written);
    const ops = Array.from({ length: size }, (_, index) => ({
      id: newId(),
      seq: person.seq + index,
      name: "chat.send",
      args: { id: newId(), lessonId, text: `${WORDS[(written + index) % WORDS.length]} (${written + index + 1})` },
      at: "2026-11-22T10:00:00.000Z",
    }));
    await person.client.sync.push.mutate({ deviceId: person.deviceId, ops });
    person.seq += size;
    written += size;
  }
}

import { randomUUID } from "node:crypto";
import type { PushInput, PushOutput } from "@tidemark/api/server";
import type { Page } from "playwright-core";
import { operationId } from "../harness/device.ts";
import type { DemoPage } from "../harness/demo-page.ts";
import type { SchoolDay } from "./school-day.ts";
import { signInAs, type DemoState, type Stage } from "./stage.ts";

async function freshRoom({ fresh }: Stage, lessonId: string): Promise<DemoPage> {
  const demo = await fresh(`/lessons/${lessonId}`);
  await signInAs(demo, "student");
  await demo.page.getByRole("log").waitFor();
  return demo;
}

async function write(page: Page, texts: readonly string[]): Promise<void> {
  const box = page.locator("textarea").last();
  for (const text of texts) {
    await box.fill(text);
    await box.press("Enter");
    await page.getByRole("log").getByText(text, { exact: true }).waitFor();
  }
}

async function openPanel(page: Page): Promise<void> {
  await page.locator("header button[aria-controls]").click();
  await page.locator("section[data-queue]").waitFor();
}

/** A message has waited long enough to say so. */
const waitsInSight = (page: Page) => page.locator('[data-message-id][data-state="pending"] p.text-xs').waitFor();

/** What the network and the server do to a room, and the panel that says so. */
export const syncStates: readonly DemoState[] = [
  {
    name: "sync-panel",
    show: async ({ as, school }) => {
      const { page } = await as("tutor", `/lessons/${school.room}`);
      await page.getByRole("log").waitFor();
      await openPanel(page);
      return page;
    },
  },
  {
    name: "room-offline",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await page.context().setOffline(true);
      await write(page, ["The tram went into the tunnel.", "I go on writing anyway."]);
      await waitsInSight(page);
      return page;
    },
  },
  {
    name: "sync-panel-offline",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await page.context().setOffline(true);
      await write(page, ["Exercise 3: x = 7", "Exercise 4 has two answers, I think.", "Can we check it tomorrow?"]);
      await page.locator('section[data-state="offline"]').waitFor();
      await waitsInSight(page);
      return page;
    },
  },
  {
    name: "sync-panel-switched-off",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await page.getByRole("switch").click();
      await write(
        page,
        Array.from({ length: 20 }, (_, index) => `Line ${index + 1}, without a network`),
      );
      await page.locator('section[data-state="offline"][data-queue="20"]').waitFor();
      return page;
    },
  },
  {
    name: "room-switched-off",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await page.getByRole("switch").click();
      await page.locator("header button[aria-controls]").click();
      await write(page, ["Nobody else reads this yet."]);
      await waitsInSight(page);
      return page;
    },
  },
  {
    name: "sync-panel-details",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await page.locator("section[data-queue]").getByRole("tab").last().click();
      await page.locator("tr[data-scope]").first().waitFor();
      return page;
    },
  },
  {
    name: "sync-panel-dead-letters",
    show: async (stage) => {
      const { school } = stage;
      const who = { lessonId: school.revokedRoom, userId: school.studentId };
      const { page } = await freshRoom(stage, school.revokedRoom);
      await openPanel(page);
      await page.context().setOffline(true);
      await write(page, ["My first paragraph is ready.", "Shall I read it out?"]);
      await school.tutor.lessons.setRole.mutate({ ...who, role: "viewer" });
      await page.context().setOffline(false);
      await page.locator('[data-message-id][data-state="rejected"]').first().waitFor();
      await school.tutor.lessons.setRole.mutate({ ...who, role: "participant" });
      return page;
    },
  },
  {
    name: "sync-panel-parked",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await parkPushes(page);
      await write(page, ["My answer to exercise 5: x is any even number."]);
      await page.locator('[data-message-id][data-state="rejected"]').first().waitFor();
      return page;
    },
  },
  {
    name: "sync-panel-conflict",
    show: async (stage) => {
      const { school } = stage;
      const demo = await stage.fresh(`/lessons/${school.emptyRoom}`);
      await signInAs(demo, "tutor");
      await demo.page.getByRole("log").waitFor();
      await openPanel(demo.page);
      await loseTitle(school);
      await demo.page.locator("section[data-queue] dl dd").first().waitFor();
      return demo.page;
    },
  },
  {
    name: "sync-panel-server-down",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await answerWith(page, { code: "UNAVAILABLE", httpStatus: 503 });
      await write(page, ["Written while the server was down."]);
      await page.locator('section[data-queue="1"]:not([data-state="synced"])').waitFor();
      return page;
    },
  },
  {
    name: "sync-panel-too-old",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await answerWith(page, { code: "CONTRACT_TOO_OLD", httpStatus: 412 });
      await write(page, ["Written with an old app."]);
      await page.locator('section[data-state="stuck"]').waitFor();
      return page;
    },
  },
  {
    name: "session-ended",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await answerWith(page, { code: "UNAUTHORIZED", httpStatus: 401 });
      await write(page, ["Written after the session ended."]);
      await page.getByRole("status").filter({ hasText: "student@tidemark.test" }).waitFor();
      return page;
    },
  },
  {
    name: "sync-panel-signed-out",
    show: async (stage) => {
      const { page } = await freshRoom(stage, stage.school.room);
      await openPanel(page);
      await answerWith(page, { code: "UNAUTHORIZED", httpStatus: 401 });
      await write(page, ["Written after the session ended."]);
      await page.locator('section[data-state="stuck"]').waitFor();
      return page;
    },
  },
];

/** The server's refusal of every call, from now on. */
async function answerWith(page: Page, refusal: { readonly code: string; readonly httpStatus: number }): Promise<void> {
  const error = { message: "Refused for the picture.", code: -32001, data: { ...refusal, requestId: "r-1" } };
  await page.route("**/trpc/**", (route) =>
    route.fulfill({
      status: refusal.httpStatus,
      contentType: "application/json",
      body: JSON.stringify([{ error }]),
    }),
  );
}

/** Answers for a server with a fault: it keeps every operation with its arguments, and has run none. */
async function parkPushes(page: Page): Promise<void> {
  await page.route("**/trpc/sync.push**", async (route) => {
    const { "0": input } = route.request().postDataJSON() as { readonly "0": PushInput };
    const message =
      "The server failed on this operation and has kept it; it will be run again once the fault is mended.";
    const error = { code: "INTERNAL", message } as const;
    const results = input.ops.map(({ id, seq }) => ({ id, seq, status: "parked" as const, error }));
    const answer: PushOutput = { epoch: input.epoch ?? "", lastSeq: results.at(-1)?.seq ?? 0, results };
    await route.fulfill({ contentType: "application/json", body: JSON.stringify([{ result: { data: answer } }]) });
  });
}

/** The tutor and the student rename a lesson that both had seen; the tutor, who was first, loses. */
async function loseTitle({ tutor, emptyRoom }: SchoolDay): Promise<void> {
  for (const title of ["Fractions with pizza", "Fractions, from pizza to proof"]) {
    const deviceId = randomUUID();
    const { changes } = await tutor.sync.pull.query({ deviceId, cursor: null, limit: 5000 });
    const version = changes.find(({ id }) => id === emptyRoom)?.version ?? 1;
    const args = { id: emptyRoom, title };
    // The second has not seen the first's.
    const base = title.endsWith("proof") ? version - 1 : version;
    const operation = { id: operationId(), seq: 1, name: "lesson.update", args, at: new Date().toISOString(), base };
    await tutor.sync.push.mutate({ deviceId, ops: [operation] });
  }
}

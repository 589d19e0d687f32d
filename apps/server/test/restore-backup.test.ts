import "fake-indexeddb/auto";
import { tidemarkContract } from "@tidemark/api/contracts";
import { openDatabase, renewEpoch } from "@tidemark/db";
import { startPostgres, type PostgresServer } from "@tidemark/db/testing";
import { createSync, newId } from "@tidemark/sync-client";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoSchool, startTestServer } from "../src/testing/test-server.ts";
import { signIn, type Client } from "./harness/device.ts";

const PEOPLE = ["tutor", "student", "student2"] as const;
type Person = (typeof PEOPLE)[number];
const { lessonId } = demoSchool;

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.close());

test("I1 I2 I6: a database restored from an older backup under three live devices: all end equal, what waited in an outbox is applied, nothing is doubled", async () => {
  const url = await postgres.createDatabase();
  const before = await startServerOn(url);
  const tutor = await signIn(before.url, "tutor@tidemark.test");
  await tutor.lessons.setRole.mutate({ lessonId, userId: personId("student2"), role: "participant" });
  const devices = await Promise.all(
    PEOPLE.map(async (person) => openDevice(person, await clientOf(before.url, person))),
  );
  await Promise.all(devices.map((device) => device.send("in the backup")));
  await settled(devices);

  // Applied before the backup, but no device ever heard of it: it waits in the outbox and in the database.
  for (const device of devices) device.line = "answers are lost";
  await Promise.all(devices.map((device) => device.send("applied, unanswered")));
  await expect.poll(() => countMessages(url, "applied, unanswered")).toBe(PEOPLE.length);
  for (const device of devices) device.line = "cut";
  await before.stop();
  const backup = await copyDatabase(url);

  // Life goes on behind the backup: what is applied and confirmed now is gone with the restore, as with every backup.
  const meanwhile = await startServerOn(url);
  await reconnect(devices, meanwhile.url);
  await settled(devices);
  await Promise.all(devices.map((device) => device.send("after the backup")));
  await settled(devices);
  for (const device of devices) device.line = "cut";
  for (let turn = 1; turn <= 5; turn += 1) {
    await Promise.all(devices.map((device) => device.send(`waiting ${turn}`)));
  }
  expect(devices.map(({ pending }) => pending())).toEqual(PEOPLE.map(() => 5));
  await meanwhile.stop();

  await startNewHistory(backup);
  const restored = await startServerOn(backup);
  await reconnect(devices, restored.url);
  await settled(devices);
  await expect.poll(() => new Set(devices.map(({ texts }) => JSON.stringify(texts()))).size).toBe(1);

  const waiting = PEOPLE.flatMap((person) => [1, 2, 3, 4, 5].map((turn) => `${person}: waiting ${turn}`));
  const kept = PEOPLE.flatMap((person) => [`${person}: in the backup`, `${person}: applied, unanswered`]);
  const demo = demoSchool.messages.map(({ text }) => text);
  expect(devices[0]?.texts()).toEqual([...demo, ...kept, ...waiting].toSorted());
  expect(await countMessages(backup, "")).toBe(demo.length + kept.length + waiting.length);
  await Promise.all(devices.map(({ sync }) => sync.stop()));
  await restored.stop();
});

const startServerOn = (url: string) => startTestServer({ env: { DATABASE_URL: url, DEMO: "true" } });

const clientOf = (url: string, person: Person) => signIn(url, `${person}@tidemark.test`);

function personId(person: Person): string {
  const found = demoSchool.users.find(({ email }) => email.startsWith(`${person}@`));
  if (found === undefined) throw new Error(`The demo school has no ${person}.`);
  return found.id;
}

type Device = Awaited<ReturnType<typeof openDevice>>;

/** The SDK as an app has it, its storage in memory and its line in the test's hands. */
async function openDevice(person: Person, first: Client) {
  let client = first;
  let line: "open" | "cut" | "answers are lost" = "open";
  const call = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    const lineWas = line;
    if (lineWas === "cut") throw new TypeError("fetch failed");
    const answer = await ask();
    if (lineWas === "answers are lost") throw new TypeError("fetch failed");
    return answer;
  };
  const sync = createSync({
    contract: tidemarkContract,
    user: { id: personId(person) },
    pollIntervalMs: 100,
    trpc: {
      sync: {
        push: { mutate: (input) => call(() => client.sync.push.mutate(input)) },
        pull: { query: (request) => call(() => client.sync.pull.query(request)) },
      },
    },
  });
  const messages = sync.query("chatMessage", { index: "byLesson", equals: [lessonId] });
  messages.subscribe(() => undefined);
  await sync.opened;
  return {
    sync,
    get line() {
      return line;
    },
    set line(next) {
      line = next;
    },
    connect: (next: Client) => {
      client = next;
      line = "open";
    },
    send: async (text: string) => {
      await sync.mutate.chat.send({ id: newId(), lessonId, text: `${person}: ${text}` });
    },
    pending: () => sync.status.get().pending,
    texts: () =>
      messages
        .get()
        .map(({ text }) => text)
        .toSorted(),
  };
}

async function reconnect(devices: readonly Device[], url: string): Promise<void> {
  for (const [index, person] of PEOPLE.entries()) devices[index]?.connect(await clientOf(url, person));
}

/** Every outbox is empty, and every device says so. */
async function settled(devices: readonly Device[]): Promise<void> {
  await expect
    .poll(() => devices.map(({ sync }) => `${sync.status.get().state} ${sync.status.get().pending}`))
    .toEqual(devices.map(() => "synced 0"));
  expect(devices.flatMap(({ sync }) => sync.deadLetters.get())).toEqual([]);
}

/** How many messages end with a text. */
async function countMessages(url: string, ending: string): Promise<number> {
  const database = await openDatabase({ url, dataDir: "", poolSize: 1 });
  try {
    const found: unknown = await database.db.execute(sql`select id from chat_messages where text like ${`%${ending}`}`);
    return Array.isArray(found) ? found.length : Number.NaN;
  } finally {
    await database.close();
  }
}

/** A copy as it is now; nobody may be connected. */
async function copyDatabase(url: string): Promise<string> {
  const copy = new URL(url);
  copy.pathname = `${copy.pathname}_backup`;
  const admin = await openDatabase({ url: await postgres.createDatabase(), dataDir: "", poolSize: 1 });
  try {
    const [from, to] = [new URL(url), copy].map(({ pathname }) => pathname.slice(1));
    await admin.db.execute(sql.raw(`create database ${to} template ${from} strategy file_copy`));
  } finally {
    await admin.close();
  }
  return copy.href;
}

/** What the operator runs after a restore: `migrate -- --new-epoch`. */
async function startNewHistory(url: string): Promise<void> {
  const database = await openDatabase({ url, dataDir: "", poolSize: 1 });
  try {
    await renewEpoch(database);
  } finally {
    await database.close();
  }
}

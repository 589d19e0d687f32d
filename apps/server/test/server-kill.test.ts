import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createDataFolders, startPostgres, type PostgresServer } from "@tidemark/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWritingDevice, signIn, type Client, type SentMessage } from "./harness/device.ts";
import { createRandom } from "./harness/random.ts";
import { startServer, type ServerProcess } from "./harness/server-process.ts";

/** Kills on each of the two databases; the long run kills 200 times. */
const ROUNDS = process.env["TIDEMARK_LONG"] === "1" ? 100 : 3;
const MAX_ROUND_MS = 15_000;
const WRITERS = 6;
const BATCH = 5;

const seed = Number(process.env["TIDEMARK_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const folders = createDataFolders();
let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await folders.close();
  await postgres?.close();
});

// Side by side: a start is mostly waiting for files to be read, and the kills are the test's own pauses.
describe.concurrent.each([
  { kind: "PGlite", url: async () => undefined },
  { kind: "Postgres 18", url: () => postgres.createDatabase() },
])("a server on $kind", ({ url }) => {
  test(
    `I1 I2 I3 I8: killed by SIGKILL under load ${ROUNDS} times, it loses nothing acknowledged and doubles nothing (seed ${seed})`,
    async () => {
      const random = createRandom(seed);
      // A migrated folder: making an empty one takes PGlite longer than everything else in this test.
      const dataDir = await folders.create();
      const databaseUrl = await url();
      const env = { DEMO: "true", ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) };
      let server: ServerProcess | undefined;
      try {
        server = await startServer({ dataDir, env });
        const lessonId = await onlyLesson(await signIn(server.url, "student@tidemark.test"));
        const devices = Array.from({ length: WRITERS }, () => createWritingDevice(lessonId, BATCH));

        for (let round = 0; round < ROUNDS; round += 1) {
          const client = await signIn(server.url, "student@tidemark.test");
          await Promise.all(devices.map((device) => device.resend(client)));
          const stop = new AbortController();
          const writing = devices.map((device) => device.writeUntil(client, stop.signal));
          // The moment of the kill is the test's input, not a wait for something.
          await delay(200 + random() * 600);
          await server.kill();
          stop.abort();
          await Promise.all(writing);
          server = await startServer({ dataDir, env });
        }

        const client = await signIn(server.url, "student@tidemark.test");
        await Promise.all(devices.map((device) => device.resend(client)));
        const acknowledged = devices.flatMap((device) => device.acknowledged);
        const written = await pullMessages(client);
        expect(acknowledged.length).toBeGreaterThan(WRITERS * BATCH);
        expect(sortedTexts(written)).toEqual(sortedTexts(acknowledged));
        const versions = written.map(({ version }) => version);
        expect(versions).toEqual(versions.toSorted((left, right) => left - right));
        expect(new Set(versions).size).toBe(written.length);
      } finally {
        await server?.kill();
      }
    },
    (ROUNDS + 4) * MAX_ROUND_MS,
  );
});

async function onlyLesson(client: Client): Promise<string> {
  const { items } = await client.lessons.list.query({});
  const [lesson] = items;
  if (lesson === undefined) throw new Error("The demo school has no lesson.");
  return lesson.id;
}

/** Every message that the writers' devices left, as a new device pulls them in small pages. */
async function pullMessages(client: Client): Promise<{ text: string; version: number }[]> {
  const deviceId = randomUUID();
  const found: { text: string; version: number }[] = [];
  let cursor: string | null = null;
  for (let hasMore = true; hasMore;) {
    const page: Awaited<ReturnType<typeof client.sync.pull.query>> = await client.sync.pull.query({
      deviceId,
      cursor,
      limit: 500,
    });
    for (const { entity, value, version } of page.changes) {
      if (entity === "chatMessage" && /^[0-9a-f-]{36} \d+$/.test(String(value?.["text"]))) {
        found.push({ text: String(value?.["text"]), version });
      }
    }
    ({ cursor, hasMore } = page);
  }
  return found;
}

const sortedTexts = (messages: readonly Pick<SentMessage, "text">[]) => messages.map(({ text }) => text).sort();

import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { createDataFolders } from "@tidemark/db/testing";
import { afterAll, expect, test } from "vitest";
import { demoSchool } from "../src/testing/test-server.ts";
import { createClient } from "./harness/device.ts";
import { startServer, type ServerProcess } from "./harness/server-process.ts";
import { startStopwatch } from "./harness/stopwatch.ts";

const CLIENTS = 50;
const STOP_WITHIN_MS = 10_000;

const { lessonId } = demoSchool;
const student = { email: "student@tidemark.test", password: "tidemark-demo" };
const folders = createDataFolders();
afterAll(() => folders.close());

interface Call {
  /** The message that it sent, if it was a write. */
  readonly messageId: string | undefined;
  readonly outcome: "answered" | "door closed" | "cut";
  readonly detail: string;
}

test("SIGTERM under constant load of 50 keep-alive clients: health fails first, every accepted request is answered, reads and writes, what was answered is kept, the door closes by refusing, and the process ends with 0", async () => {
  const dataDir = await folders.create();
  const server = await startServer({ dataDir, env: { HOST: "127.0.0.1", LOG_LEVEL: "error" } });
  const { accessToken } = await createClient(server.url).auth.login.mutate(student);
  const calls: Call[] = [];
  const enough = Promise.withResolvers<void>();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let turn = client; ; turn += 1) {
      const call = await send(server, { agent, accessToken, kind: KINDS[turn % KINDS.length] ?? "file" });
      calls.push(call);
      if (calls.length > 20 * CLIENTS) enough.resolve();
      if (call.outcome === "door closed") return;
    }
  });
  await enough.promise;

  const before = calls.length;
  const stopwatch = startStopwatch();
  const stopped = server.stop();
  const readiness = await untilDraining(server);
  const exitCode = await stopped;
  const tookMs = stopwatch.stop();
  await Promise.all(clients);
  agent.destroy();

  expect(exitCode).toBe(0);
  expect(tookMs).toBeLessThan(STOP_WITHIN_MS);
  expect(readiness).toEqual({ status: 503, body: "draining" });
  expect(calls.filter(({ outcome }) => outcome === "cut").map(({ detail }) => detail)).toEqual([]);
  // The notice is worth something: most of what came within it was still answered.
  expect(calls.length - before).toBeGreaterThan(2 * CLIENTS);
  const acknowledged = calls.flatMap(({ outcome, messageId }) => (outcome === "answered" ? (messageId ?? []) : []));
  expect(acknowledged.length).toBeGreaterThan(CLIENTS);
  const kept = await storedMessages(dataDir);
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  console.log(
    `${calls.length} calls, ${acknowledged.length} of them writes, stopped ${Math.round(tookMs)} ms after SIGTERM`,
  );
});

const KINDS = ["file", "read", "write"] as const;

/** One call; its connection is kept where the server keeps it. */
function send(
  { port }: ServerProcess,
  by: { readonly agent: Agent; readonly accessToken: string; readonly kind: (typeof KINDS)[number] },
): Promise<Call> {
  const { agent, accessToken, kind } = by;
  const messageId = kind === "write" ? randomUUID() : undefined;
  const path = { file: "/app-config.json", read: "/trpc/auth.me", write: "/api/chat/messages/" }[kind];
  const method = kind === "write" ? "POST" : "GET";
  const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
  return new Promise((resolve) => {
    const end = (outcome: Call["outcome"], detail: string) => resolve({ messageId, outcome, detail });
    const call = request({ host: "127.0.0.1", port, path, method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("error", (error) => end("cut", `in the middle of an answer: ${error.message}`))
        .on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const isFine = response.statusCode === 200 && text.endsWith("}");
          end(isFine ? "answered" : "cut", `${kind}: ${response.statusCode} ${text.slice(0, 200)}`);
        });
    });
    call.on("error", (error: NodeJS.ErrnoException) => {
      const outcome = error.code === "ECONNREFUSED" ? "door closed" : "cut";
      end(outcome, `${kind}: ${error.code} on a ${call.reusedSocket ? "kept" : "new"} connection`);
    });
    call.end(kind === "write" ? JSON.stringify({ id: messageId, lessonId, text: "Sent while it stopped" }) : undefined);
  });
}

/** The ids of every message of the lesson, as the next server tells them. */
async function storedMessages(dataDir: string): Promise<ReadonlySet<string>> {
  const server = await startServer({ dataDir });
  try {
    const { accessToken } = await createClient(server.url).auth.login.mutate(student);
    const client = createClient(server.url, accessToken);
    const ids = new Set<string>();
    let cursor: string | null | undefined;
    do {
      const input = { lessonId, limit: 100, ...(cursor != null && { cursor }) };
      const page = await client.chat.history.query(input);
      for (const { id } of page.items) ids.add(id);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return ids;
  } finally {
    await server.stop();
  }
}

async function untilDraining({ url }: ServerProcess): Promise<{ status: number; body: string }> {
  for (;;) {
    const response = await fetch(`${url}/readyz`, { headers: { connection: "close" } });
    const { status: body } = (await response.json()) as { status: string };
    // Under load it may shed or count its database as down before that.
    if (body === "draining") return { status: response.status, body };
  }
}

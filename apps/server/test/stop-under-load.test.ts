import { Agent, request } from "node:http";
import { createDataFolders } from "@tidemark/db/testing";
import { afterAll, expect, test } from "vitest";
import { signIn } from "./harness/device.ts";
import { startServer, type ServerProcess } from "./harness/server-process.ts";

const CLIENTS = 50;
const STOP_WITHIN_MS = 10_000;

const folders = createDataFolders();
afterAll(() => folders.close());

interface Call {
  readonly startedAt: number;
  readonly outcome: "answered" | "door closed" | "cut";
  readonly detail: string;
}

test("SIGTERM under constant load of 50 keep-alive clients: health fails first, every accepted request is answered, the door closes by refusing, and the process ends with 0", async () => {
  const server = await startServer({ dataDir: await folders.create(), env: { HOST: "127.0.0.1", LOG_LEVEL: "error" } });
  await signIn(server.url, "student@tidemark.test");
  const calls: Call[] = [];
  const enough = Promise.withResolvers<void>();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const clients = Array.from({ length: CLIENTS }, async () => {
    for (;;) {
      const call = await get(server, agent);
      calls.push(call);
      if (calls.length > 20 * CLIENTS) enough.resolve();
      if (call.outcome === "door closed") return;
    }
  });
  await enough.promise;

  const before = calls.length;
  const signalledAt = performance.now();
  const stopped = server.stop();
  const readiness = await untilDraining(server);
  const exitCode = await stopped;
  const tookMs = performance.now() - signalledAt;
  await Promise.all(clients);
  agent.destroy();

  expect(exitCode).toBe(0);
  expect(tookMs).toBeLessThan(STOP_WITHIN_MS);
  expect(readiness).toEqual({ status: 503, body: "draining" });
  expect(calls.filter(({ outcome }) => outcome === "cut").map(({ detail }) => detail)).toEqual([]);
  // The notice is worth something: most of what came within it was still answered.
  expect(calls.length - before).toBeGreaterThan(2 * CLIENTS);
  console.log(`${calls.length} calls, stopped ${Math.round(tookMs)} ms after SIGTERM`);
}, 60_000);

/** One call; its connection is kept where the server keeps it. */
function get({ port }: ServerProcess, agent: Agent): Promise<Call> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path: "/app-config.json", agent }, (response) => {
      const chunks: Buffer[] = [];
      const end = (outcome: Call["outcome"], detail: string) => resolve({ startedAt, outcome, detail });
      response
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("error", (error) => end("cut", `in the middle of an answer: ${error.message}`))
        .on("end", () => {
          const isWhole = Buffer.concat(chunks).toString().endsWith("}");
          const isFine = response.statusCode === 200 && isWhole;
          end(isFine ? "answered" : "cut", `${response.statusCode}`);
        });
    });
    call.on("error", (error: NodeJS.ErrnoException) => {
      const outcome = error.code === "ECONNREFUSED" ? "door closed" : "cut";
      resolve({ startedAt, outcome, detail: `${error.code} on a ${call.reusedSocket ? "kept" : "new"} connection` });
    });
    call.end();
  });
}

async function untilDraining({ url }: ServerProcess): Promise<{ status: number; body: string }> {
  for (;;) {
    const response = await fetch(`${url}/readyz`, { headers: { connection: "close" } });
    const { status: body } = (await response.json()) as { status: string };
    if (body !== "ready") return { status: response.status, body };
  }
}

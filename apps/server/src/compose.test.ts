import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { compose } from "./compose.ts";
import { parseConfig } from "./config.ts";
import { demoLesson } from "./features/demo/demo-school.ts";
import { createLogger } from "./observability/logger.ts";
import { startTestServer, type TestServerOptions } from "./testing/test-server.ts";

async function start(options: TestServerOptions = {}) {
  const server = await startTestServer(options);
  onTestFinished(() => server.stop());
  return server;
}

const readiness = async (url: string) => {
  const response = await fetch(`${url}/readyz`, { headers: { connection: "close" } });
  return { status: response.status, body: (await response.json()) as { status: string } };
};

describe("a server that is told to stop", () => {
  it("says so while it still answers, answers what was begun, and closes sockets that were kept open", async () => {
    const notice = Promise.withResolvers<void>();
    const { url, server, client, signIn } = await start({ drainNotice: () => notice.promise });
    const { session } = await signIn("student");
    const agent = new Agent({ keepAlive: true });
    const kept = new Promise<string | undefined>((resolve, reject) => {
      request(`${url}/healthz`, { agent }, (response) => {
        response.resume().once("end", () => resolve(response.headers.connection));
      })
        .once("error", reject)
        .end();
    });
    expect(await kept).toBe("keep-alive");

    const send = (text: string) =>
      client(session.accessToken).chat.send.mutate({ id: randomUUID(), lessonId: demoLesson.id, text });
    const begun = Array.from({ length: 20 }, (_, index) => send(`Under load ${index}`));
    const transactions = vi.spyOn(server.database, "transaction");
    await expect.poll(() => transactions.mock.calls.length, { interval: 1 }).toBeGreaterThanOrEqual(begun.length);
    const stopped = server.lifecycle.stop();
    expect(await readiness(url)).toMatchObject({ status: 503, body: { status: "draining" } });
    notice.resolve();
    expect(await Promise.all(begun)).toHaveLength(20);
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
    expect(Object.values(agent.freeSockets).flat()).toEqual([]);
    agent.destroy();
  });
});

describe("a server whose database hangs", () => {
  it("is alive, is not ready, and recovers unaided", async () => {
    const { url, server } = await start();
    const ping = vi.spyOn(server.database, "ping").mockReturnValue(new Promise(() => undefined));
    expect(await readiness(url)).toMatchObject({
      status: 503,
      body: { status: "unavailable", components: { database: { status: "down" } } },
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    ping.mockRestore();
    await expect.poll(async () => (await readiness(url)).status).toBe(200);
  });
});

describe("a server on Postgres that is away", () => {
  it("S36: is alive and starting, answers calls with 503 and Retry-After, and can be stopped", async () => {
    const { config } = parseConfig({
      PORT: "0",
      HOST: "127.0.0.1",
      JWT_SECRET: "x".repeat(32),
      DATABASE_URL: "postgres://127.0.0.1:1/none",
    });
    if (config === undefined) throw new TypeError("The configuration is meant to be valid.");
    const server = await compose({ config, logger: createLogger({ level: "silent" }) });
    const started = server.lifecycle.start();
    await expect.poll(() => server.port()).not.toBe(0);
    const url = `http://127.0.0.1:${server.port()}`;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await readiness(url)).toMatchObject({ status: 503, body: { status: "starting" } });
    const call = await fetch(`${url}/trpc/auth.me`);
    expect([call.status, call.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await call.json()).toMatchObject({ error: { data: { code: "UNAVAILABLE" } } });
    await server.lifecycle.stop();
    await started;
    expect(server.lifecycle.state()).toBe("draining");
  });
});

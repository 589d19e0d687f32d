import { once } from "node:events";
import { connect, type Socket } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, it } from "vitest";
import { createMetrics, type Metrics } from "../observability/metrics.ts";
import { mountConnectionLimits, type ConnectionLimitDeps } from "./connection-limits.ts";
import { createSocketRefusals } from "./socket-errors.ts";

let app: FastifyInstance;
let metrics: Metrics;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

/** Connections come from where `addressOf` says, by turns: a test has one machine only. */
async function start(limits: Partial<ConnectionLimitDeps>, addresses: readonly string[] = ["192.0.2.1"]) {
  metrics = createMetrics({ onSampleError: () => undefined });
  app = fastify({ forceCloseConnections: true });
  let next = 0;
  app.get("/", async () => "here");
  const refuse = createSocketRefusals({ metrics, headers: { "x-content-type-options": "nosniff" } });
  mountConnectionLimits(app, { trustProxy: false, refuse, ...limits });
  app.server.prependListener("connection", (socket: Socket) => {
    Object.defineProperty(socket, "remoteAddress", { value: addresses[next++ % addresses.length] });
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
}

async function ask(): Promise<string> {
  const [port = 0] = app.addresses().flatMap((at) => (typeof at === "string" ? [] : [at.port]));
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [answer] = await once(socket, "data");
  return String(answer);
}
async function statuses(count: number): Promise<number[]> {
  const found = [];
  for (let turn = 0; turn < count; turn += 1) found.push(Number((await ask()).slice("HTTP/1.1 ".length, 12)));
  return found;
}

it("let one address have so many connections, and another one go on", async () => {
  await start({ perAddress: 3 }, ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"]);
  expect(await statuses(5)).toEqual([200, 200, 200, 429, 200]);
  expect(await metrics.scrape()).toContain('http_requests_refused_total{reason="TOO_MANY_REQUESTS"} 1');
});

it("say what is wrong, when to come again, and with which headers every answer comes", async () => {
  await start({ perAddress: 0 });
  const [head = "", body = ""] = (await ask()).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
  expect(head).toContain("\r\nretry-after: 1\r\n");
  expect(head).toContain("\r\nx-content-type-options: nosniff\r\n");
  expect(JSON.parse(body)).toEqual({
    code: "TOO_MANY_REQUESTS",
    message: expect.stringContaining("0 are taken"),
    requestId: /x-request-id: (\S+)/.exec(head)?.[1],
    retryAfterSeconds: 1,
  });
});

it("count a network of IPv6 as one address", async () => {
  await start({ perAddress: 2 }, ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"]);
  expect(await statuses(4)).toEqual([200, 200, 429, 200]);
});

it.each([
  ["this machine", false, ["127.0.0.1", "::1", "::ffff:127.0.0.1"]],
  ["the one proxy in front", true, ["192.0.2.1"]],
  ["listed proxies", ["192.0.2.0/24", "2001:db8::/32"], ["192.0.2.9", "2001:db8::9", "::ffff:192.0.2.9"]],
] as const)("bound what comes by %s only as a whole", async (_whom, trustProxy, addresses) => {
  await start({ perAddress: 1, total: 6, trustProxy }, addresses);
  expect(await statuses(7)).toEqual([200, 200, 200, 200, 200, 200, 503]);
});

it("give a place back when its connection ends", async () => {
  await start({ perAddress: 1 });
  expect(await statuses(2)).toEqual([200, 429]);
  sockets[0]?.destroy();
  await expect.poll(() => statuses(1)).toEqual([200]);
});

import fastify from "fastify";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMetrics, type Metrics } from "../observability/metrics.ts";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { createLoadShedder, type LoadShedder } from "./load-shedder.ts";
import { mountSheddingDoor } from "./shedding-door.ts";

const page = "https://app.example.org";

describe("the door of a server without room", () => {
  let url: string;
  let metrics: Metrics;
  let shedder: LoadShedder;
  let isDraining = false;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const app = fastify<Server, IncomingMessage, ServerResponse>();
    metrics = createMetrics({ onSampleError: () => undefined });
    shedder = createLoadShedder({ clock: createManualClock(0) });
    mountSheddingDoor(app, {
      shedder,
      metrics,
      isDraining: () => isDraining,
      headers: { "x-content-type-options": "nosniff" },
      corsHeaders: (origin) => (origin === page ? { "access-control-allow-origin": origin } : {}),
    });
    app.all("/*", async () => "let in");
    url = await app.listen({ port: 0, host: "127.0.0.1" });
    close = () => app.close();
    shedder.sample({ elapsedMs: 2_000, busyShare: 1, lateMs: 0 });
    for (const kind of ["push", "other"] as const) while (shedder.hasRoom(kind)) shedder.enter(kind);
  });
  afterAll(() => close());

  const call = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);

  it("refuses as the routes would: 503, Retry-After, the fixed headers, the caller's own request id", async () => {
    const response = await call("/api/lessons/?limit=5", { headers: { "x-request-id": "mine" } });
    expect([response.status, await response.json()]).toEqual([
      503,
      { code: "UNAVAILABLE", message: expect.any(String), requestId: "mine", retryAfterSeconds: 1 },
    ]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "retry-after": "1",
      "cache-control": "no-store",
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
      "x-request-id": "mine",
    });
  });

  it("answers tRPC's clients in their envelope, whatever stands in the request id", async () => {
    for (const id of ['"', "\\", "?"]) {
      const response = await call("/trpc/auth.me", { headers: { "x-request-id": id } });
      expect(await response.json()).toMatchObject({
        error: { data: { code: "UNAVAILABLE", httpStatus: 503, requestId: id } },
      });
    }
  });

  it("lets a page of an allowed origin read the refusal, and no other", async () => {
    const allowed = await call("/trpc/sync.pull", { headers: { origin: page } });
    expect(allowed.headers.get("access-control-allow-origin")).toBe(page);
    await allowed.body?.cancel();
    const foreign = await call("/trpc/sync.pull", { headers: { origin: "https://else.example.org" } });
    expect(foreign.headers.has("access-control-allow-origin")).toBe(false);
  });

  it("answers the next call on a connection whose refused body it never read", async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await call("/trpc/sync.push", { method: "POST", body: "x".repeat(200_000) });
      expect(response.status).toBe(503);
      await response.text();
    }
  });

  it("always lets probes and preflights in", async () => {
    for (const path of ["/healthz", "/readyz/", "/metrics?name=up"])
      expect(await (await call(path)).text()).toBe("let in");
    expect((await call("/trpc/auth.me", { method: "OPTIONS" })).status).toBe(200);
    expect((await call("/readyz/../trpc/auth.me")).status).toBe(503);
  });

  it("counts each, and tells of it by health", async () => {
    const counted = async () =>
      Number(/requests_refused_total\{reason="UNAVAILABLE"\} (\d+)/.exec(await metrics.scrape())?.[1]);
    const before = await counted();
    await call("/api/lessons/");
    expect(await counted()).toBe(before + 1);
    expect(shedder.health().status).toBe("shedding");
  });

  it("leaves refusals of a draining server to the routes, which say that the connection ends", async () => {
    isDraining = true;
    expect((await call("/trpc/auth.me")).status).toBe(200);
    isDraining = false;
  });
});

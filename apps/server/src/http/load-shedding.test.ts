import { TidemarkError } from "@tidemark/api/errors";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMetrics, type Metrics } from "../observability/metrics.ts";
import { createLogger } from "../observability/logger.ts";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { sendError } from "./error-answers.ts";
import { mountHealth } from "./health-routes.ts";
import { createLoadShedder, type LoadShedder } from "./load-shedder.ts";
import { mountLoadShedding } from "./load-shedding.ts";

describe("a server with more requests than it can bear", () => {
  let app: FastifyInstance;
  let shedder: LoadShedder;
  let metrics: Metrics;
  let logged: string[];
  let work: PromiseWithResolvers<string>;
  beforeEach(async () => {
    const clock = createManualClock(0);
    metrics = createMetrics({ onSampleError: () => undefined });
    shedder = createLoadShedder({ clock });
    work = Promise.withResolvers();
    logged = [];
    const logger: FastifyBaseLogger = createLogger({
      level: "info",
      destination: { write: (line) => void logged.push(line) },
    });
    app = fastify({
      loggerInstance: logger,
      logController: new LogController({ disableRequestLogging: true }),
    });
    app.setErrorHandler((error, request, reply) => sendError({ error, request, reply, metrics }));
    mountLoadShedding(app, shedder);
    mountHealth(app, { state: () => "ready", components: {}, clock, load: shedder.health });
    app.all("/work", () => work.promise);
    app.get("/broken", async () => {
      throw new TidemarkError("NOT_FOUND", { message: "Nothing." });
    });
    app.get("/passed-on", (_request, reply) => reply.callNotFound());
    await app.ready();
    // Busy for long: only the fewest places are left.
    shedder.sample({ elapsedMs: 2_000, busyShare: 1, lateMs: 1_000 });
  });
  afterEach(() => app.close());

  const get = async (url: string) => app.inject({ url });

  it("refuses what does not fit with 503 and Retry-After, counts it, logs no line for it, and answers what it took", async () => {
    const taken = Array.from({ length: 64 }, () => get("/work"));
    const refused = await get("/work");
    expect([refused.statusCode, refused.headers["retry-after"], refused.json()]).toMatchObject([
      503,
      "1",
      { code: "UNAVAILABLE" },
    ]);
    expect(await metrics.scrape()).toContain('http_requests_refused_total{reason="UNAVAILABLE"} 1');
    expect(logged).toEqual([]);
    work.resolve("done");
    for (const { statusCode, body } of await Promise.all(taken)) expect([statusCode, body]).toEqual([200, "done"]);
    expect((await get("/work")).statusCode).toBe(200);
  });

  it("answers health meanwhile, and says there that it sheds, in rotation", async () => {
    const taken = Array.from({ length: 64 }, () => get("/work"));
    expect((await get("/readyz")).json()).toMatchObject({ status: "ready" });
    await get("/work");
    const readiness = await get("/readyz");
    expect(readiness.statusCode).toBe(200);
    expect(readiness.json()).toEqual({
      status: "shedding",
      components: { eventLoop: { status: "shedding", latencyMs: 1_000 } },
    });
    expect((await get("/healthz")).statusCode).toBe(200);
    work.resolve("done");
    await Promise.all(taken);
  });

  it("gives every place back: of errors, of unknown paths, of what a route passes on as unknown, of refused ones", async () => {
    for (let call = 0; call < 100; call += 1) {
      for (const path of ["/broken", "/nowhere", "/passed-on"]) expect((await get(path)).statusCode).toBe(404);
    }
    work.resolve("done");
    expect((await get("/work")).statusCode).toBe(200);
  });
});

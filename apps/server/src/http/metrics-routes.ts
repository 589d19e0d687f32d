import type { FastifyInstance } from "fastify";
import type { Metrics } from "../observability/metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** When its headers were read, by the monotonic clock. */
    startedAt: number;
  }
}

/** Measures and logs every request, and serves `/metrics`. Logs name the path without its query: inputs travel there. */
export function mountMetrics(
  app: FastifyInstance,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock },
): void {
  app.decorateRequest("startedAt", 0);
  app.addHook("onRequest", (request, _reply, done) => {
    request.startedAt = clock.monotonic();
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const durationMs = clock.monotonic() - request.startedAt;
    const route = request.routeOptions.url ?? "unknown";
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    metrics.httpRequestSeconds.observe(labels, durationMs / 1000);
    // A line for each that was shed would be more work when there is too much already; the counter tells.
    if (request.isShed) {
      done();
      return;
    }
    const path = request.url.split("?", 1)[0]?.slice(0, 300);
    const line = {
      method: request.method,
      path,
      status: reply.statusCode,
      durationMs: Math.round(durationMs * 10) / 10,
    };
    if (isProbe(route)) request.log.debug(line, "request");
    else request.log.info(line, "request");
    done();
  });
  app.get("/metrics", async (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .type(metrics.contentType)
      .send(await metrics.scrape()),
  );
}

/** Whether a route tells how the server is: it is answered however busy that is, and not logged each time. */
export const isProbe = (route: string | undefined): boolean =>
  route === "/healthz" || route === "/readyz" || route === "/metrics";

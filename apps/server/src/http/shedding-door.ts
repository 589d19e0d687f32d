import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { errorCatalogue } from "@tidemark/api/errors";
import type { FastifyInstance } from "fastify";
import type { Metrics } from "../observability/metrics.ts";
import { toAnswer } from "./error-answers.ts";
import type { LoadShedder } from "./load-shedder.ts";
import { kindOf, overloaded } from "./load-shedding.ts";
import { isProbe } from "./metrics-routes.ts";
import { requestIdOf } from "./request-id.ts";
import { toTrpcAnswer } from "./trpc-mount.ts";

export interface SheddingDoorDeps {
  readonly shedder: LoadShedder;
  readonly metrics: Metrics;
  /** Who is told that the connection ends goes the whole way. */
  readonly isDraining: () => boolean;
  /** What every answer carries. */
  readonly headers: Readonly<Record<string, string>>;
  /** What a page of another origin may read: without it a refusal would look like a dead network there. */
  readonly corsHeaders: (origin: string) => Readonly<Record<string, string>>;
}

/**
 * Refuses in front of the routes, by answers that are made beforehand: what a refusal costs is taken from those who are
 * served, and the way through the router, the hooks and the error handler is work, too.
 */
export function mountSheddingDoor(
  app: FastifyInstance<HttpServer, IncomingMessage, ServerResponse>,
  deps: SheddingDoorDeps,
): void {
  const { shedder, metrics } = deps;
  const status = errorCatalogue[overloaded.code].http;
  const fixed = {
    ...deps.headers,
    "cache-control": "no-store",
    "content-type": "application/json; charset=utf-8",
    "retry-after": String(overloaded.retryAfterSeconds),
  };
  const trpcAnswer = withoutId(toTrpcAnswer);
  const plainAnswer = withoutId(toAnswer);

  const refuse = (request: IncomingMessage, response: ServerResponse): void => {
    shedder.countRefusal(kindOf(request.url ?? ""));
    metrics.httpRequestsRefused.inc({ reason: overloaded.code });
    const requestId = requestIdOf(request);
    const [before, after] = request.url?.startsWith("/trpc/") === true ? trpcAnswer : plainAnswer;
    const body = `${before}${JSON.stringify(requestId)}${after}`;
    const { origin } = request.headers;
    response.writeHead(status, {
      ...fixed,
      ...(origin !== undefined && deps.corsHeaders(origin)),
      "x-request-id": requestId,
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  };

  app.server.removeAllListeners("request");
  app.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (shedder.hasRoom(kindOf(request.url ?? "")) || deps.isDraining() || isAlwaysAnswered(request))
      app.routing(request, response);
    else refuse(request, response);
  });
}

/** Probes; and preflights, which cost little and whose refusal a page could not read. */
function isAlwaysAnswered({ method, url = "" }: IncomingMessage): boolean {
  return method === "OPTIONS" || isProbe(url.split("?", 1)[0]?.replace(/(.)\/$/, "$1"));
}

/** The answer's text around the request's id. */
function withoutId(format: (error: typeof overloaded, requestId: string) => object): readonly [string, string] {
  const [before = "", after = ""] = JSON.stringify(format(overloaded, "?")).split('"?"');
  return [before, after];
}

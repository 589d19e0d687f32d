import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { constants } from "node:zlib";
import fastifyCompress from "@fastify/compress";
import fastifyCookie from "@fastify/cookie";
import fastifyCors from "@fastify/cors";
import { TidemarkError } from "@tidemark/api/errors";
import fastify, { LogController, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Origins } from "../security/origins.ts";
import { bareHeaders, securityHeaders, type HeaderOptions } from "../security/response-headers.ts";
import { mountApiDocs, type ApiDocsDeps } from "./api-docs.ts";
import { prepareClosing, type ClosingTimes } from "./closing.ts";
import { mountConnectionLimits, type ConnectionLimits } from "./connection-limits.ts";
import { mountCspReports } from "./csp-report.ts";
import { sendError } from "./error-answers.ts";
import { mountHealth, type HealthDeps } from "./health-routes.ts";
import { listen, type ListenOptions } from "./listening.ts";
import type { LoadShedder } from "./load-shedder.ts";
import { mountLoadShedding } from "./load-shedding.ts";
import { mountMetrics } from "./metrics-routes.ts";
import { createRequestContext, type RequestContextDeps } from "./request-context.ts";
import { requestIdOf } from "./request-id.ts";
import { mountRest } from "./rest-mount.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { mountSheddingDoor } from "./shedding-door.ts";
import { createSocketErrorHandler, createSocketRefusals } from "./socket-errors.ts";
import { mountStaticSite } from "./static-site.ts";
import { mountTrpc } from "./trpc-mount.ts";
import { watchRoutes } from "./unknown-routes.ts";

/** How often Node looks for requests that have timed out; its own 30 s would come too late. */
const TIMEOUT_CHECK_INTERVAL_MS = 500;
/** Longer than usual load balancers keep idle connections, so that they never send on one that we just closed. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** What pages of other origins may read of an answer. */
const EXPOSED_HEADERS = ["ratelimit", "ratelimit-policy", "retry-after", "x-request-id"];

export interface AppConfig {
  /** Milliseconds between a client's pulls. */
  readonly syncPollIntervalMs: number;
  /** Accounts that the sign-in page offers: the demo school's, where this server has it. */
  readonly demoAccounts: readonly { readonly email: string; readonly password: string; readonly note: string }[];
}

export interface HttpAppDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly health: HealthDeps;
  readonly shedder: LoadShedder;
  readonly procedures: Omit<RequestContextDeps, "isSecure">;
  readonly docs: ApiDocsDeps;
  readonly schemas: SchemaRegistry;
  readonly origins: Origins;
  readonly headers: HeaderOptions;
  /** Whether people reach the server by https, whatever the last hop speaks: cookies are `Secure` then. */
  readonly isPublicHttps: boolean;
  /** As in `TRUST_PROXY`. */
  readonly trustProxy: boolean | readonly string[];
  readonly siteFolder: string;
  /** How long a request may take to arrive whole. */
  readonly requestTimeoutMs: number;
  readonly connections?: ConnectionLimits | undefined;
  /** What `/app-config.json` tells the demo. */
  readonly appConfig: AppConfig;
}

export interface HttpApp {
  listen(where: ListenOptions): Promise<void>;
  /** The TCP port that it listens on. */
  port(): number;
  close(times: ClosingTimes): Promise<void>;
}

export async function createHttpApp(deps: HttpAppDeps): Promise<HttpApp> {
  const { metrics, clock, health, origins } = deps;
  const refuseSocket = createSocketRefusals({ metrics, headers: bareHeaders(deps.headers) });
  const app = fastify<HttpServer, IncomingMessage, ServerResponse>({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: trustedProxies(deps.trustProxy),
    requestTimeout: deps.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: "idle",
    // What reaches a closing server on a connection that it still holds is answered like everything else.
    return503OnClosing: false,
    http: {
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      headersTimeout: deps.requestTimeoutMs,
      // Node's own refusal has neither a body nor our headers.
      requireHostHeader: false,
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    clientErrorHandler: createSocketErrorHandler(refuseSocket),
    frameworkErrors: (error, request, reply) => {
      reply.header("x-request-id", request.id);
      sendError({ error, request, reply, metrics });
    },
  });

  mountConnectionLimits(app, { ...deps.connections, trustProxy: deps.trustProxy, refuse: refuseSocket });
  // Node would refuse expectations that it does not know, without our headers; none of them changes what is answered.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  const describeUnknown = watchRoutes(app);
  const close = prepareClosing(app);
  mountMetrics(app, { metrics, clock });
  const fixedHeaders = securityHeaders(deps.headers);
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(fixedHeaders).header("x-request-id", request.id);
    done(request.headers.host === undefined && request.raw.httpVersion === "1.1" ? hostless() : undefined);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (health.state() === "draining") reply.header("connection", "close");
  });
  await app.register(fastifyCors, {
    delegator: (request, done) => {
      const { origin } = request.headers;
      const isAllowed = origin !== undefined && origins.isAllowed(origin, ownOrigin(request));
      done(null, {
        origin: isAllowed,
        credentials: true,
        exposedHeaders: [...EXPOSED_HEADERS],
        maxAge: 600,
      });
    },
  });
  mountLoadShedding(app, deps.shedder);
  await app.register(fastifyCookie);
  await app.register(fastifyCompress, {
    encodings: ["br", "gzip"],
    globalDecompression: false,
    threshold: 1024,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  });

  app.setErrorHandler((error, request, reply) => sendError({ error, request, reply, metrics }));
  mountHealth(app, { ...health, load: deps.shedder.health });
  const isSecure = (request: FastifyRequest) => deps.isPublicHttps || request.protocol === "https";
  const contextDeps = { ...deps.procedures, isSecure };
  mountTrpc(app, { createContext: createRequestContext(contextDeps, "/trpc"), metrics, requireReady });
  mountRest(app, { createContext: createRequestContext(contextDeps, "/api"), requireReady, schemas: deps.schemas });
  mountApiDocs(app, deps.docs);
  mountCspReports(app, {
    reportUri: deps.headers.reportUri,
    schemas: deps.schemas,
    metrics,
    logger: deps.logger,
    clock,
  });
  app.get("/app-config.json", async (_request, reply) =>
    reply.header("cache-control", "no-cache").send(deps.appConfig),
  );
  const site = mountStaticSite(app, { folder: deps.siteFolder });
  app.get("/", (request, reply) => site.answerPage(request, reply));
  app.setNotFoundHandler((request, reply) => site.answerPage(request, reply) ?? refuseUnknown(request, reply));
  const isDraining = () => health.state() === "draining";
  mountSheddingDoor(app, { shedder: deps.shedder, metrics, headers: fixedHeaders, corsHeaders, isDraining });
  await app.ready();
  let doors: Awaited<ReturnType<typeof listen>> = [];
  return {
    listen: async (where) => {
      doors = await listen(app, where);
    },
    port: () => app.addresses().flatMap((at) => (typeof at === "string" ? [] : [at.port]))[0] ?? 0,
    close: (times) => close(times, doors),
  };

  /** For refusals before there is a request of Fastify's; the server's own pages need none. */
  function corsHeaders(origin: string): Readonly<Record<string, string>> {
    if (!origins.isAllowed(origin, "")) return { vary: "Origin" };
    return {
      vary: "Origin",
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": EXPOSED_HEADERS.join(", "),
    };
  }

  function requireReady(): void {
    if (health.state() !== "starting") return;
    throw new TidemarkError("UNAVAILABLE", {
      message: "The server is starting; try again in a moment.",
      retryAfterSeconds: 1,
    });
  }

  function refuseUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { error, allow } = describeUnknown(request);
    if (allow !== undefined) reply.header("allow", allow);
    return sendError({ error, request, reply, metrics });
  }
}

const hostless = () =>
  new TidemarkError("BAD_REQUEST", { message: "The request has no `Host` header; send the server's name in it." });

const ownOrigin = (request: FastifyRequest) => `${request.protocol}://${request.host}`;

/** `true` is the one proxy in front: what it saw counts, and what its client claims before that does not. */
function trustedProxies(
  trustProxy: boolean | readonly string[],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trustProxy !== "boolean") return [...trustProxy];
  return trustProxy && ((_address, hop) => hop === 0);
}

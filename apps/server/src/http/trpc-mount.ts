import { appRouter, describeError, TidemarkError, type RequestContext } from "@tidemark/api/server";
import { MAX_PUSH_BYTES } from "@tidemark/api/contracts";
import { resolveResponse } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { errorCatalogue, publicDetails, retryAfterOf } from "@tidemark/api/errors";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Metrics } from "../observability/metrics.ts";
import { takeEmptyBodies } from "./empty-bodies.ts";
import { logFailure, sendError } from "./error-answers.ts";
import { toTrpcRequest } from "./trpc-request.ts";

const TRPC_ROUTE = "/trpc/:path";
const MAX_BATCH_SIZE = 10;
/** What tRPC's own clients put into a query string. All else would be an input that nobody reads. */
const QUERY_KEYS = new Set(["batch", "input", "connectionParams", "lastEventId"]);
/** Where a batch has the input of its n-th call. */
const CALL_KEY = /^(?:0|[1-9]\d?)$/;

export interface TrpcMountDeps {
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => RequestContext;
  readonly metrics: Metrics;
  /** Throws while the server cannot serve yet. */
  readonly requireReady: () => void;
}

interface TrpcRoute {
  readonly Params: { readonly path: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

/** tRPC at `/trpc/*`. Batches too large are refused before their body is read. */
export function mountTrpc(app: FastifyInstance, deps: TrpcMountDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // tRPC parses the text itself, and answers what does not parse.
    scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
    takeEmptyBodies(scope);
    scope.setErrorHandler((error, request, reply) =>
      sendError({ error, request, reply, metrics: deps.metrics, format: toTrpcAnswer }),
    );
    scope.route<TrpcRoute>({
      method: ["GET", "POST"],
      url: TRPC_ROUTE,
      bodyLimit: MAX_PUSH_BYTES,
      onRequest: ({ method, params, query }, _reply, done) => {
        deps.requireReady();
        refuseLargeBatch(params.path);
        refuseUnreadQuery(method, query);
        done();
      },
      handler: (request, reply) => answer(request, reply, deps),
    });
  });
}

function refuseLargeBatch(path: string): void {
  if (path.split(",", MAX_BATCH_SIZE + 1).length <= MAX_BATCH_SIZE) return;
  throw new TidemarkError("BAD_REQUEST", { message: `A batch has at most ${MAX_BATCH_SIZE} calls; send several.` });
}

/** What tRPC would not look at: keys of others, all but the first of one that is repeated, `input` beside a body. */
function refuseUnreadQuery(method: string, query: TrpcRoute["Querystring"]): void {
  for (const [key, value] of Object.entries(query)) {
    const name = JSON.stringify(key.slice(0, 40));
    if (!QUERY_KEYS.has(key)) throw unread(`The query string has ${name}; arguments go into \`input\`.`);
    if (typeof value !== "string") throw unread(`The query string has ${name} more than once.`);
    if (key === "batch" && value !== "1") throw unread("A batch is asked for by `batch=1`; leave it out for one call.");
    if (key === "input" && method === "POST") throw unread("Arguments of a POST go into the body, not into the query.");
  }
}

/** The inputs of a batch lie under its calls' numbers; what lies elsewhere would be an input that nobody reads. */
function refuseUnreadInputs({ params, query, body }: FastifyRequest<TrpcRoute>): void {
  const text = body ?? query["input"];
  if (query["batch"] !== "1" || typeof text !== "string") return;
  const calls = params.path.split(",").length;
  const stray = keysOf(text).find((key) => !CALL_KEY.test(key) || Number(key) >= calls);
  if (stray === undefined) return;
  const name = JSON.stringify(stray.slice(0, 40));
  throw unread(`The batch has an input under ${name}, which is none of its ${calls} calls: they count from "0".`);
}

/** The keys of a JSON object; none for every other text, which tRPC refuses by itself. */
function keysOf(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

const unread = (message: string) => new TidemarkError("BAD_REQUEST", { message });

async function answer(
  request: FastifyRequest<TrpcRoute>,
  reply: FastifyReply,
  deps: TrpcMountDeps,
): Promise<FastifyReply> {
  refuseUnreadInputs(request);
  const response = await resolveResponse({
    router: appRouter,
    req: toTrpcRequest(request.raw, reply.raw, request.body),
    path: request.params.path,
    error: null,
    // A pull's cursor outgrows a URL with many scopes: queries are taken by POST too.
    allowMethodOverride: true,
    maxBatchSize: MAX_BATCH_SIZE,
    createContext: async () => deps.createContext(request, reply),
    onError: ({ error }) => {
      const { code } = describeError(error);
      deps.metrics.httpRequestsRefused.inc({ reason: code });
      logFailure(request, code, error.cause ?? error);
    },
    responseMeta: ({ errors }) => {
      // Of a batch the longest wait: sent again sooner, some of it would be refused again.
      const waits = errors.flatMap(({ cause }) => (cause instanceof TidemarkError ? (retryAfterOf(cause) ?? []) : []));
      const headers = waits.length === 0 ? {} : { "retry-after": String(Math.max(...waits)) };
      return { headers: { "cache-control": "no-store", ...headers } };
    },
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) return reply.send(response);
  // As text it gets a length and is compressed only where that is worth it. The lines of a streamed batch too: ten calls at
  // most, and the limits' headers tell of all of them. What tRPC says of their transfer is not true then.
  response.headers.delete("transfer-encoding");
  for (const [name, value] of response.headers) {
    // Cross-origin rules have named `Origin` there before.
    const before = name === "vary" ? reply.getHeader(name) : undefined;
    reply.header(name, before === undefined ? value : `${String(before)}, ${value}`);
  }
  const text = await response.text();
  return reply
    .code(response.status)
    .type("application/json; charset=utf-8")
    .send(response.ok ? text : withRequestId(text, request.id));
}

/** What tRPC refuses before there is a context does not know its request. In a text these quotes would be escaped. */
const withRequestId = (errorText: string, requestId: string) =>
  errorText.replace('"requestId":null', () => `"requestId":${JSON.stringify(requestId)}`);

/** The envelope that tRPC clients read errors from, for what is refused before tRPC sees it. */
export function toTrpcAnswer(error: TidemarkError, requestId: string) {
  const { code, message } = error;
  const { trpc, http } = errorCatalogue[code];
  const data = { ...publicDetails(error), code, httpStatus: http, requestId };
  return { error: { message, code: TRPC_ERROR_CODES_BY_KEY[trpc], data } };
}

import {
  callProcedure,
  describeError,
  listRestRoutes,
  schemasByProcedure,
  takesBody,
  TidemarkError,
  type RequestContext,
  type RestRoute,
} from "@tidemark/api/server";
import { MAX_PUSH_BYTES } from "@tidemark/api/contracts";
import { TRPCError } from "@trpc/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { takeEmptyBodies } from "./empty-bodies.ts";
import type { SchemaRegistry } from "./schema-registry.ts";

/** Where REST lies. The second one names the version of the surface; there is one so far. */
export const REST_PREFIXES = ["/api", "/api/v1"];

export interface RestMountDeps {
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => RequestContext;
  /** Throws while the server cannot serve yet. */
  readonly requireReady: () => void;
  /** What an operator asks of arguments beyond the contract. */
  readonly schemas: Pick<SchemaRegistry, "checkFurther">;
}

interface RestRequest {
  readonly Params: Readonly<Record<string, string>>;
  readonly Querystring: Readonly<Record<string, string | string[]>>;
}

/** Every procedure at its path below `/api`: the same handler as over tRPC, and errors as plain objects. */
export function mountRest(app: FastifyInstance, deps: RestMountDeps): void {
  app.register(async (scope) => {
    takeJson(scope);
    takeEmptyBodies(scope);
    for (const route of listRestRoutes()) {
      for (const prefix of REST_PREFIXES) {
        scope.route<RestRequest>({
          method: [...route.methods],
          url: `${prefix}${route.path.replace(/\{(\w+)\}/g, ":$1")}`,
          bodyLimit: MAX_PUSH_BYTES,
          onRequest: (_request, _reply, done) => {
            deps.requireReady();
            done();
          },
          handler: (request, reply) => answer({ route, request, reply, deps }),
        });
      }
    }
  });
}

/** Clients name the content type of every POST, also where they send nothing. */
function takeJson(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser("error", "error");
  scope.removeContentTypeParser(["application/json", "text/plain"]);
  scope.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null);
    else void parse(request, body, done);
  });
}

async function answer({
  route,
  request,
  reply,
  deps,
}: {
  readonly route: RestRoute;
  readonly request: FastifyRequest<RestRequest>;
  readonly reply: FastifyReply;
  readonly deps: RestMountDeps;
}): Promise<FastifyReply> {
  const { method, params, query, body } = request;
  const inBody = takesBody(method as RestRoute["method"]);
  if (inBody && Object.keys(query).length > 0) {
    throw new TidemarkError("BAD_REQUEST", { message: "Arguments of this call go into the body, not into the query." });
  }
  const input = inBody ? route.arguments.fromBody(body, params) : route.arguments.fromUrl(query, params);
  deps.schemas.checkFurther(schemasByProcedure.get(route.procedure) ?? [], input);
  const takesNothing = route.arguments.names.length === 0 && Object.keys(input ?? {}).length === 0;
  try {
    const result = await callProcedure(
      deps.createContext(request, reply),
      route.procedure,
      takesNothing ? undefined : input,
    );
    return await reply.header("cache-control", "no-store").send(result);
  } catch (error) {
    throw error instanceof TRPCError ? toTidemarkError(error) : error;
  }
}

function toTidemarkError(error: TRPCError): TidemarkError {
  if (error.cause instanceof TidemarkError) return error.cause;
  const { code, message, details } = describeError(error);
  return new TidemarkError(code, { message, details, cause: error.cause ?? error });
}

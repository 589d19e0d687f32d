import type { AuthenticatedUser, RequestContext, Services } from "@tidemark/api/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { rateLimitHeaders, type CountedLimit, type CreateCallLimits } from "../security/call-limits.ts";
import { createRefreshCookie } from "./refresh-cookie.ts";

export interface RequestContextDeps {
  readonly services: Services;
  readonly authenticate: (authorization: string | undefined) => Promise<AuthenticatedUser | null>;
  readonly createLimits: CreateCallLimits;
  /** Whether the browser reached us by https. */
  readonly isSecure: (request: FastifyRequest) => boolean;
}

/** What procedures know of a request, whichever mount it came by. */
export function createRequestContext(
  { services, authenticate, createLimits, isSecure }: RequestContextDeps,
  path: "/api" | "/trpc",
): (request: FastifyRequest, reply: FastifyReply) => RequestContext {
  return (request, reply) => {
    let user: Promise<AuthenticatedUser | null> | undefined;
    let tightest: CountedLimit | undefined;
    const showLimit = (counted: CountedLimit): void => {
      if (tightest !== undefined && tightest.remaining <= counted.remaining) return;
      tightest = counted;
      reply.headers(rateLimitHeaders(counted));
    };
    return {
      requestId: request.id,
      services,
      authenticate: () => (user ??= authenticate(request.headers.authorization)),
      limits: createLimits(request.ip, showLimit),
      refreshCookie: createRefreshCookie(request, reply, { path, secure: () => isSecure(request) }),
    };
  };
}

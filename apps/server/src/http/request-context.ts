import type { AuthenticatedUser, RequestContext, Services } from "@tidemark/api/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createRefreshCookie } from "./refresh-cookie.ts";

export interface RequestContextDeps {
  readonly services: Services;
  readonly authenticate: (authorization: string | undefined) => Promise<AuthenticatedUser | null>;
  /** Whether the browser reached us by https. */
  readonly isSecure: (request: FastifyRequest) => boolean;
}

/** What procedures know of a request, whichever mount it came by. */
export function createRequestContext(
  { services, authenticate, isSecure }: RequestContextDeps,
  path: "/api" | "/trpc",
): (request: FastifyRequest, reply: FastifyReply) => RequestContext {
  return (request, reply) => {
    let user: Promise<AuthenticatedUser | null> | undefined;
    return {
      requestId: request.id,
      services,
      authenticate: () => (user ??= authenticate(request.headers.authorization)),
      refreshCookie: createRefreshCookie(request, reply, { path, secure: isSecure(request) }),
    };
  };
}

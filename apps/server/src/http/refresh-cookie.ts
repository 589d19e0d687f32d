import { REFRESH_COOKIE, type RequestContext } from "@tidemark/api/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { SESSION_LIFETIME_MS } from "../security/session-lifetime.ts";

/** The refresh token as browsers keep it: out of reach of scripts, and sent to nothing but the mount that it came from. */
export function createRefreshCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, secure }: { readonly path: "/api" | "/trpc"; readonly secure: () => boolean },
): RequestContext["refreshCookie"] {
  const options = () => ({ path, httpOnly: true, sameSite: "strict", secure: secure() }) as const;
  return {
    read: () => request.cookies[REFRESH_COOKIE],
    set: (refreshToken) => {
      reply.setCookie(REFRESH_COOKIE, refreshToken, { ...options(), maxAge: SESSION_LIFETIME_MS / 1000 });
    },
    clear: () => {
      reply.clearCookie(REFRESH_COOKIE, options());
    },
  };
}

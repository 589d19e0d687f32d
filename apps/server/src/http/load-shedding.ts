import { TidemarkError } from "@tidemark/api/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { LoadShedder, RequestKind } from "./load-shedder.ts";
import { isProbe } from "./metrics-routes.ts";
import { REST_PREFIXES } from "./rest-mount.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** As which it counts among the requests under way. */
    placeOf: RequestKind | undefined;
    /** Whether it was refused for want of room. */
    isShed: boolean;
  }
}

/** One for all: making a stack for each would cost more than the refusal, and it is told to nobody. */
export const overloaded = new TidemarkError("UNAVAILABLE", {
  message: "The server has more to do than it can; try again in a moment.",
  retryAfterSeconds: 1,
});

const PUSHES = ["/trpc/sync.push", ...REST_PREFIXES.map((prefix) => `${prefix}/sync/push`)];

export const kindOf = (url: string): RequestKind => (PUSHES.some((path) => url.startsWith(path)) ? "push" : "other");

/**
 * Refuses what the server cannot bear any more once it has arrived; what comes while there is no room is refused at the
 * door (shedding-door.ts). A request counts from when it has arrived whole (slow senders hold no place) until
 * its answer is made (slow readers hold none either).
 */
export function mountLoadShedding(app: FastifyInstance, shedder: LoadShedder): void {
  app.decorateRequest("placeOf", undefined);
  app.decorateRequest("isShed", false);
  const leave = (request: FastifyRequest): void => {
    if (request.placeOf === undefined) return;
    shedder.leave(request.placeOf);
    request.placeOf = undefined;
  };
  const isRefused = (request: FastifyRequest): boolean => {
    if (shedder.hasRoom(kindOf(request.url)) || isProbe(request.routeOptions.url)) return false;
    shedder.countRefusal(kindOf(request.url));
    request.isShed = true;
    return true;
  };
  app.addHook("preHandler", (request, _reply, done) => {
    // Passed on by a route that has nothing for it, as every page of the app is by its files: it comes by here again, with
    // its place.
    if (request.placeOf !== undefined) {
      done();
      return;
    }
    if (isRefused(request)) {
      done(overloaded);
      return;
    }
    request.placeOf = kindOf(request.url);
    shedder.enter(request.placeOf);
    done();
  });
  app.addHook("onSend", async (request) => leave(request));
  // Where the caller hung up before there was an answer.
  app.addHook("onResponse", (request, _reply, done) => {
    leave(request);
    done();
  });
}

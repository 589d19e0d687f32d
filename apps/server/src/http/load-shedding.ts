import { TidemarkError } from "@tidemark/api/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { LoadShedder } from "./load-shedder.ts";
import { isProbe } from "./metrics-routes.ts";

/** One for all: making a stack for each would cost more than the refusal, and it is told to nobody. */
export const overloaded = new TidemarkError("UNAVAILABLE", {
  message: "The server has more to do than it can; try again in a moment.",
  retryAfterSeconds: 1,
});

/**
 * Refuses what the server cannot bear. A request counts from when it has arrived whole (slow senders hold no place) until
 * its answer is made (slow readers hold none either).
 */
export function mountLoadShedding(app: FastifyInstance, shedder: LoadShedder): void {
  const entered = new WeakSet<FastifyRequest>();
  const leave = (request: FastifyRequest): void => {
    if (entered.delete(request)) shedder.leave();
  };
  const refuseWithoutRoom = (request: FastifyRequest): void => {
    if (shedder.hasRoom() || isProbe(request.routeOptions.url)) return;
    shedder.countRefusal();
    throw overloaded;
  };
  app.addHook("onRequest", async (request) => refuseWithoutRoom(request));
  app.addHook("preHandler", async (request) => {
    refuseWithoutRoom(request);
    entered.add(request);
    shedder.enter();
  });
  app.addHook("onSend", async (request) => leave(request));
  // Where the caller hung up before there was an answer.
  app.addHook("onResponse", async (request) => leave(request));
}

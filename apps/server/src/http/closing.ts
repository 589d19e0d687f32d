import { once } from "node:events";
import { Server as NetServer } from "node:net";
import { setImmediate as afterPoll, setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** So many looks in a row without a new connection, and nobody waits at the door. */
const QUIET_LOOKS = 3;
/** Against callers who never stop connecting. */
const MOST_LOOKS = 100;
const LOOK_INTERVAL_MS = 2;

export interface ClosingTimes {
  /** How long connections without a request are kept once no new ones are taken. */
  readonly idleGraceMs: number;
  /** After so long everything that is left is cut. */
  readonly cutAfterMs: number;
}

/**
 * Prepares an orderly end: no new connection is taken, a request on a kept one is still answered (and told that the
 * connection ends), and only then idle ones are closed. Node's own `close()` closes idle ones at once, under the next
 * request of whoever keeps one.
 */
export function prepareClosing(app: FastifyInstance): (times: ClosingTimes) => Promise<void> {
  let underWay = 0;
  let whenNone: (() => void) | undefined;
  let doorClosed: Promise<void> | undefined;
  app.addHook("onRequest", (_request, _reply, done) => {
    underWay += 1;
    if (doorClosed === undefined) done();
    else void letInAfter(doorClosed, done);
  });
  app.addHook("onResponse", (_request, _reply, done) => {
    underWay -= 1;
    if (underWay === 0) whenNone?.();
    done();
  });

  return async ({ idleGraceMs, cutAfterMs }) => {
    const { server } = app;
    const everythingCut = Promise.withResolvers<void>();
    const cut = setTimeout(() => {
      server.closeAllConnections();
      everythingCut.resolve();
    }, cutAfterMs);
    const idle = setTimeout(() => server.closeIdleConnections(), idleGraceMs);
    try {
      const closing = Promise.withResolvers<void>();
      doorClosed = closing.promise;
      const allEnded = await closeDoor(server);
      closing.resolve();
      await allEnded.promise;
      // For `localhost` Fastify listens at a second address, by a server that ends with the first and is not waited for.
      await app.close();
      if (underWay > 0)
        await Promise.race([everythingCut.promise, new Promise<void>((resolve) => (whenNone = resolve))]);
    } finally {
      clearTimeout(idle);
      clearTimeout(cut);
    }
  };
}

async function letInAfter(doorClosed: Promise<void>, letIn: () => void): Promise<void> {
  await doorClosed;
  letIn();
}

/**
 * Closes the door when nobody stands at it: the system resets whoever has connected and was not let in yet. Requests that come
 * meanwhile are let in and wait, so that whoever calls again after each answer does not connect again just then.
 */
async function closeDoor(server: FastifyInstance["server"]): Promise<{ readonly promise: Promise<unknown> }> {
  if (!server.listening) return { promise: Promise.resolve() };
  let quietLooks = 0;
  const onConnection = () => {
    quietLooks = 0;
  };
  server.on("connection", onConnection);
  for (let look = 0; look < MOST_LOOKS && quietLooks < QUIET_LOOKS; look += 1) {
    quietLooks += 1;
    await pause(LOOK_INTERVAL_MS);
    await afterPoll();
  }
  server.off("connection", onConnection);
  const closed = once(server, "close");
  NetServer.prototype.close.call(server);
  return { promise: closed };
}

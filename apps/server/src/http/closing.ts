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

/** Ends the server; `doors` are those besides its own. */
export type Close = (times: ClosingTimes, doors: readonly NetServer[]) => Promise<void>;

/**
 * Prepares an orderly end: no new connection is taken, a request on a kept one is still answered (and told that the
 * connection ends), and only then idle ones are closed. Node's own `close()` closes idle ones at once, under the next
 * request of whoever keeps one.
 */
export function prepareClosing(app: FastifyInstance): Close {
  let underWay = 0;
  let whenNone: (() => void) | undefined;
  let doorClosed: Promise<void> | undefined;
  app.addHook("onRequest", (_request, reply, done) => {
    underWay += 1;
    // Also where the caller hangs up: of half a request Fastify tells no end.
    reply.raw.once("close", () => {
      underWay -= 1;
      if (underWay === 0) whenNone?.();
    });
    if (doorClosed === undefined) done();
    else void letInAfter(doorClosed, done);
  });

  return async ({ idleGraceMs, cutAfterMs }, doors) => {
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
      const allEnded = await closeDoors(server, doors);
      closing.resolve();
      await allEnded.promise;
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
 * Closes the doors when nobody stands at them: the system resets whoever has connected and was not let in yet. Requests that
 * come meanwhile are let in and wait, so that whoever calls again after each answer does not connect again just then.
 */
async function closeDoors(
  server: FastifyInstance["server"],
  others: readonly NetServer[],
): Promise<{ readonly promise: Promise<unknown> }> {
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
  const closed = Promise.all([server, ...others].map((door) => once(door, "close")));
  NetServer.prototype.close.call(server);
  for (const door of others) door.close();
  return { promise: closed };
}

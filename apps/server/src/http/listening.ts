import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createServer, type Server as NetServer } from "node:net";
import type { FastifyInstance } from "fastify";

export interface ListenOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly host: string;
  /** The addresses of `localhost`; the machine's own by default. */
  readonly addressesOf?: (host: string) => Promise<readonly string[]>;
}

/**
 * Connections that wait to be taken. Node's 511 overflow when a school comes back at once, and whoever is dropped there
 * tries again only after a second; the system's own limit (`somaxconn`, 4,096 on Linux) still holds.
 */
const BACKLOG = 4_096;

const lookUp = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Listens, for `localhost` at each of its addresses: browsers try one, tools another. Fastify would put a second server
 * behind the second address, without our answers to broken HTTP and closed at once under whoever keeps a connection; here
 * whatever comes in by any door goes to the one server. Answers the doors besides that server's own.
 */
export async function listen(
  app: FastifyInstance,
  { port, host, addressesOf = lookUp }: ListenOptions,
): Promise<readonly NetServer[]> {
  const [first = host, ...others] = new Set(host === "localhost" ? await addressesOf(host) : []);
  await app.listen({ port, host: first, backlog: BACKLOG });
  const [chosen] = app.addresses().flatMap((at) => (typeof at === "string" ? [] : [at.port]));
  const opened = await Promise.all(others.map((address) => openDoor(app, { port: chosen ?? port, host: address })));
  return opened.filter((door) => door !== undefined);
}

/** `undefined` where the machine does not have the address, or somebody else listens there. */
async function openDoor({ server }: FastifyInstance, at: ListenOptions): Promise<NetServer | undefined> {
  // As Node's own HTTP server takes its connections.
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit("connection", socket));
  try {
    await once(door.listen({ ...at, backlog: BACKLOG }), "listening");
    return door;
  } catch {
    return undefined;
  }
}

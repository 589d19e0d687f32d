import { BlockList, isIP, type Socket } from "node:net";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { networkOf } from "../security/call-limits.ts";
import type { RefuseSocket } from "./socket-errors.ts";

/** More than a school's browsers open by one router, and far fewer than a process may have. */
const CONNECTIONS_PER_ADDRESS = 1_000;
/** Some 200 MB of idle connections. */
const CONNECTIONS = 10_000;
/** How long whoever was refused has for reading that. */
const LINGER_MS = 1_000;

export interface ConnectionLimits {
  /** Most open connections of one address; of IPv6, of one network. */
  readonly perAddress?: number | undefined;
  /** Most open connections. */
  readonly total?: number | undefined;
}

export interface ConnectionLimitDeps extends ConnectionLimits {
  /** As in `TRUST_PROXY`: behind a proxy many people share its address, so only `total` counts there. */
  readonly trustProxy: boolean | readonly string[];
  readonly refuse: RefuseSocket;
}

/**
 * Bounds the connections that are open at a time, before anything is read from them. What one address may have says nothing
 * of programs on this machine: who runs them has it in their hands anyway, and a proxy may be among them.
 */
export function mountConnectionLimits(
  app: FastifyInstance<HttpServer, IncomingMessage, ServerResponse>,
  { perAddress = CONNECTIONS_PER_ADDRESS, total = CONNECTIONS, trustProxy, refuse }: ConnectionLimitDeps,
): void {
  const { server } = app;
  const isShared = sharedAddresses(trustProxy);
  const byNetwork = new Map<string, number>();
  let open = 0;
  const accept = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const network = isShared(address) ? undefined : networkOf(address);
    if (open >= total) return turnAway(socket, "UNAVAILABLE");
    if (network !== undefined && (byNetwork.get(network) ?? 0) >= perAddress)
      return turnAway(socket, "TOO_MANY_REQUESTS");
    count(network, 1);
    socket.once("close", () => count(network, -1));
    for (const listener of accept) Reflect.apply(listener, server, [socket]);
  });

  function count(network: string | undefined, change: 1 | -1): void {
    open += change;
    if (network === undefined) return;
    const left = (byNetwork.get(network) ?? 0) + change;
    if (left === 0) byNetwork.delete(network);
    else byNetwork.set(network, left);
  }

  function turnAway(socket: Socket, code: "UNAVAILABLE" | "TOO_MANY_REQUESTS"): void {
    socket.on("error", () => socket.destroy());
    refuse(socket, {
      code,
      reason: code === "UNAVAILABLE" ? "Service Unavailable" : "Too Many Requests",
      message:
        code === "UNAVAILABLE"
          ? "The server has as many connections as it can; try again in a moment."
          : `Too many connections from this address: ${perAddress} are taken. Use those that are open.`,
      retryAfterSeconds: 1,
    });
    // Read and thrown away: a reset would take the answer with it.
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }
}

/** Addresses that many people may come from: trusted proxies, and this machine. */
function sharedAddresses(trustProxy: boolean | readonly string[]): (address: string) => boolean {
  if (trustProxy === true) return () => true;
  const shared = new BlockList();
  for (const network of ["127.0.0.0/8", "::1", ...(trustProxy === false ? [] : trustProxy)]) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) shared.addAddress(address, family);
    else shared.addSubnet(address, Number(bits), family);
  }
  // An IPv4 address that is written as IPv6 is found among the IPv4 ones.
  return (address) => isIP(address) > 0 && shared.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { findFreePort } from "@tidemark/db/testing";

export interface CutProxy {
  readonly url: string;
  readonly port: number;
  /** Cuts the network: open connections are reset, new ones refused. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  /** Sends what comes from now on to another port, such as a restarted server's. */
  retarget(port: number): void;
  close(): Promise<void>;
}

/** A TCP relay between clients and a server whose wire can be cut. It keeps its port through every cut. */
export async function startCutProxy(targetPort: number): Promise<CutProxy> {
  let target = targetPort;
  const sockets = new Set<Socket>();
  const relay = (client: Socket) => {
    const upstream = connect(target, "localhost");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
    // Either side's death is the other's.
    client.once("error", () => upstream.destroy()).once("close", () => upstream.destroy());
    upstream.once("error", () => client.destroy()).once("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  };
  const port = await findFreePort();
  let server = await listen(relay, port);

  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  return {
    url: `http://localhost:${port}`,
    port,
    cut,
    heal: async () => {
      if (!server.listening) server = await listen(relay, port);
    },
    retarget: (next) => {
      target = next;
    },
    close: cut,
  };
}

async function listen(relay: (socket: Socket) => void, port: number): Promise<Server> {
  const server = createServer(relay).listen(port, "localhost");
  await once(server, "listening");
  return server;
}

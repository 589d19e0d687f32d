import { createServer, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** The site at an address of its own, at which a newer version of it can be deployed. */
export interface DeployableSite {
  readonly url: string;
  /** From now on the service worker's script is another one. */
  deploy(): void;
  close(): void;
}

export async function startDeployableSite(origin: string): Promise<DeployableSite> {
  let isDeployed = false;
  const server = createServer((asked, answer) => {
    const { method, url: path } = asked;
    // Whole and not compressed: what is added at the end of a script would not be, and "not modified" would be untrue.
    const { "if-none-match": _tag, "if-modified-since": _since, ...rest } = asked.headers;
    const headers = { ...rest, "accept-encoding": "identity" };
    const forward = request(new URL(path ?? "/", origin), { method, headers }, (found) => {
      const isWorker = isDeployed && path === "/service-worker.js";
      const { "content-length": _length, ...unmeasured } = found.headers;
      answer.writeHead(found.statusCode ?? 502, isWorker ? unmeasured : found.headers);
      if (isWorker) void finishWith(found, "\n// A newer version.\n").then((script) => answer.end(script));
      else found.pipe(answer);
    });
    // A page that closes while it asks.
    forward.on("error", () => answer.destroy());
    asked.pipe(forward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    deploy: () => void (isDeployed = true),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function finishWith(answer: IncomingMessage, end: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat([...parts, Buffer.from(end)]);
}

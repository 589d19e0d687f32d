import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { PageFiles } from "./bundle-page.ts";

export interface PageServer {
  /** Where the page is, such as `http://localhost:41234/`. Pages of two servers have two origins. */
  readonly url: string;
  close(): Promise<void>;
}

/** Answers a request of the page that is not for the page itself; false where the path is not its own. */
export type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves a bundled page on a free port, and what `answer` adds to it. Under `/sandboxed` the page has no origin: the
 * browser then refuses it every storage, as it does where a person blocks site data.
 */
export async function servePage({ html, script }: PageFiles, answer: AnswerRequest = () => false): Promise<PageServer> {
  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path === "/") response.setHeader("content-type", "text/html").end(html);
    else if (path === "/sandboxed") {
      response.setHeader("content-security-policy", "sandbox allow-scripts");
      response.setHeader("content-type", "text/html").end(html);
    } else if (path === "/page.js") sendScript(response);
    else response.writeHead(404).end();
  }).listen(0, "localhost");
  const sendScript = (response: ServerResponse) => {
    // The page without an origin has to ask for it.
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("content-type", "text/javascript").end(script);
  };
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The page's server has no port.");
  return {
    url: `http://localhost:${address.port}/`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

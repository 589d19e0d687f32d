import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const YEAR_SECONDS = 31_536_000;
/** Paths of the server's own: what is missing under them is an error, not a page of the app. */
const OWN_PATHS = /^\/(trpc|api|ws|yjs|assets|healthz|readyz|metrics)(\/|$)/;

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Tidemark</title>
<p>The demo is not built yet. Run <code>npx pnpm@12 start</code> at the repository's root, or
<code>npx pnpm@12 --filter @tidemark/demo-web build</code>, and load this page again.</p>
`;

/** Serves the built demo: its files, and its one page for every other path that a browser asks for. */
export interface StaticSite {
  /** Answers with the page if the request is for one; `undefined` leaves the request alone. */
  answerPage(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined;
}

export function mountStaticSite(app: FastifyInstance, { folder }: { readonly folder: string }): StaticSite {
  app.register(fastifyStatic, {
    root: folder,
    suppressWarning: true,
    index: false,
    cacheControl: false,
    dotfiles: "ignore",
    setHeaders: ({ raw }, path) => {
      // Vite writes a hash into the names of what it puts there; all else may change under its name.
      const isHashed = path.startsWith(join(folder, "assets"));
      raw.setHeader("cache-control", isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache");
    },
  });
  return {
    answerPage: (request, reply) => {
      const path = request.url.split("?", 1)[0] ?? "/";
      const isPage = (request.method === "GET" || request.method === "HEAD") && !/\.[^/]*$/.test(path);
      if (!isPage || OWN_PATHS.test(path)) return undefined;
      if (existsSync(join(folder, "index.html"))) return reply.sendFile("index.html");
      return reply.code(503).header("cache-control", "no-store").type("text/html; charset=utf-8").send(notBuilt);
    },
  };
}

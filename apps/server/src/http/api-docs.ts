import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOpenApiDocument, type OpenApiDocument } from "@tidemark/api/server";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { REST_PREFIXES } from "./rest-mount.ts";

const DAY_SECONDS = 86_400;
/** The files that the page loads; nothing comes from another host. */
const assets: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

export interface ApiDocsDeps {
  /** The product's version. */
  readonly version: string;
  /** Where people reach the server; absent: where this request came. */
  readonly publicUrl: string | undefined;
}

/** The description of the REST interface at `/api/openapi.json`, and a page to read and try it at `/api/docs`. */
export function mountApiDocs(app: FastifyInstance, { version, publicUrl }: ApiDocsDeps): void {
  const documents = new Map<string, OpenApiDocument>();
  const documentAt = (serverUrl: string): OpenApiDocument => {
    const known = documents.get(serverUrl);
    if (known !== undefined) return known;
    const document = createOpenApiDocument({ serverUrl, version });
    // Whoever forges host names must not fill the memory.
    if (documents.size < 10) documents.set(serverUrl, document);
    return document;
  };
  const describe = (request: FastifyRequest) => documentAt(publicUrl ?? `${request.protocol}://${request.host}`);
  const folder = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));

  for (const prefix of REST_PREFIXES) {
    app.get(`${prefix}/openapi.json`, async (request, reply) =>
      reply.header("cache-control", "no-cache").send(describe(request)),
    );
    app.get(`${prefix}/docs`, async (_request, reply) =>
      reply.header("cache-control", "no-cache").type("text/html; charset=utf-8").send(page),
    );
  }
  app.get("/api/docs/start.js", async (_request, reply) =>
    reply.header("cache-control", "no-cache").type("text/javascript; charset=utf-8").send(startScript),
  );
  for (const [name, type] of Object.entries(assets)) {
    app.get(`/api/docs/${name}`, async (_request, reply) =>
      reply
        .header("cache-control", `public, max-age=${DAY_SECONDS}`)
        .type(type)
        .send(await readFile(join(folder, name))),
    );
  }
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tidemark API</title>
    <link rel="icon" href="/api/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <script src="/api/docs/swagger-ui-bundle.js" defer></script>
    <script src="/api/docs/start.js" defer></script>
  </head>
  <body>
    <main id="docs"></main>
    <noscript>This page needs JavaScript; the description itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
  </body>
</html>
`;

/** In a file of its own: the policy of these pages runs no inline script. */
const startScript = `SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

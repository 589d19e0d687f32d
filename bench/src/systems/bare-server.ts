import { appRouter, type RequestContext } from "@tidemark/api/server";
import { composeDomain } from "@tidemark/server/compose-domain";
import { parseConfig } from "@tidemark/server/config";
import { fastifyTRPCPlugin, type CreateFastifyContextOptions } from "@trpc/server/adapters/fastify";
import fastify from "fastify";
import { createOpenPolicy } from "./open-policy.ts";

/** A process: the product's procedures and services on bare Fastify with tRPC's own adapter: no policy, no metrics, nothing around. */
const { config, problems } = parseConfig();
if (config === undefined) throw new TypeError(problems.join("\n"));
const { services, authenticate } = await composeDomain({ config, createPolicy: createOpenPolicy });
const app = fastify();
await app.register(fastifyTRPCPlugin, {
  prefix: "/trpc",
  trpcOptions: {
    router: appRouter,
    allowMethodOverride: true,
    createContext: ({ req }: CreateFastifyContextOptions): RequestContext => {
      let user: ReturnType<typeof authenticate> | undefined;
      return {
        requestId: req.id,
        services,
        authenticate: () => (user ??= authenticate(req.headers.authorization)),
        refreshCookie: { read: () => undefined, set: () => undefined, clear: () => undefined },
      };
    },
  },
});
await app.listen({ port: 0, host: "localhost" });
const [port] = app.addresses().flatMap((at) => (typeof at === "string" ? [] : [at.port]));
process.stdout.write(`http://localhost:${port}\n`);
process.once("SIGTERM", () => process.exit(0));

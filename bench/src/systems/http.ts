import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpLink } from "@trpc/client";
import { refuseUnapplied, toPush } from "./engine.ts";
import { startServer, STUDENT, type ServerPlace } from "./server-process.ts";
import type { System } from "./system.ts";

/** The running server, over HTTP and tRPC; all devices are one person's. */
export async function startHttpSystem(place: ServerPlace) {
  const server = await startServer(place, { LOG_LEVEL: "error" });
  const { accessToken, user } = await createClient(server.url).auth.login.mutate(STUDENT);
  const client = createClient(server.url, accessToken);
  const system: System = {
    name: "http",
    push: async (writer, operations) => {
      // One that is shed fails the bench: 64 devices of one lesson are no overload.
      const { results } = await client.sync.push.mutate(toPush(writer, operations));
      refuseUnapplied(results);
    },
    close: () => server.stop(),
  };
  return { system, userId: user.id };
}

export function createClient(url: string, accessToken?: string) {
  const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers, methodOverride: "POST" })] });
}

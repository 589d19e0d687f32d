import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpLink } from "@trpc/client";
import { refuseUnapplied, toPush } from "./engine.ts";
import { POOL_SIZE, type System } from "./system.ts";

const ACCOUNT = { email: "student@tidemark.test", password: "tidemark-demo" };

/** The running server in a process of its own, over HTTP and tRPC; all devices are one person's. */
export async function startHttpSystem(place: { readonly url: string; readonly dataDir: string }) {
  const server = spawn(process.execPath, [fileURLToPath(import.meta.resolve("@tidemark/server/main"))], {
    env: {
      DATABASE_URL: place.url,
      DATA_DIR: place.dataDir,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DEMO: "true",
      PORT: "0",
      LOG_LEVEL: "error",
      // All devices are one person's, who would have used up a minute's calls in a second.
      RATE_LIMIT_PER_MINUTE: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await addressOf(server);
  const { accessToken, user } = await createClient(url).auth.login.mutate(ACCOUNT);
  const client = createClient(url, accessToken);
  const system: System = {
    name: "http",
    push: async (writer, operations) => {
      // One that is shed fails the bench: 64 devices of one lesson are no overload.
      const { results } = await client.sync.push.mutate(toPush(writer, operations));
      refuseUnapplied(results);
    },
    close: async () => {
      server.kill("SIGTERM");
      if (server.exitCode === null) await once(server, "exit");
    },
  };
  return { system, client, userId: user.id };
}

/** The address that a server prints when it listens. */
export async function addressOf(server: ReturnType<typeof spawn>): Promise<string> {
  if (server.stdout === null) throw new Error("The server's output is not piped.");
  for await (const line of createInterface({ input: server.stdout })) {
    const found = /http:\/\/localhost:\d+/.exec(line);
    if (found) {
      server.stdout.resume();
      return found[0];
    }
  }
  throw new Error("The server ended before it listened.");
}

export function createClient(url: string, accessToken?: string) {
  const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers, methodOverride: "POST" })] });
}

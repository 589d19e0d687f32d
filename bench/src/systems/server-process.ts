import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { POOL_SIZE } from "./system.ts";

/** The demo school's, which every server of the bench is seeded with. */
export const STUDENT = { email: "student@tidemark.test", password: "tidemark-demo" };
export const TUTOR = { email: "tutor@tidemark.test", password: "tidemark-demo" };

export interface ServerProcess {
  /** Such as `http://localhost:40000`, without a slash at its end. */
  readonly url: string;
  /** Ends it as a supervisor would; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface ServerPlace {
  readonly dataDir: string;
  /** Of a Postgres database; absent: PGlite in `dataDir`. */
  readonly url?: string;
}

/** What of its settings a bench may change. */
export interface ServerSettings {
  readonly JWT_SECRET?: string;
  readonly LOG_LEVEL?: "info" | "error";
  readonly RATE_LIMIT_PER_MINUTE?: string;
}

/**
 * The product's server, as `start` runs it: a process of its own on a free port, with the demo school. Only the limits on
 * calls are off, since all that a bench calls is one person's; `file` puts another program in its place.
 */
export async function startServer(
  { dataDir, url }: ServerPlace,
  settings: ServerSettings = {},
  file = fileURLToPath(import.meta.resolve("@tidemark/server/main")),
): Promise<ServerProcess> {
  const server = spawn(process.execPath, [file], {
    env: {
      ...(url !== undefined && { DATABASE_URL: url, DATABASE_POOL_SIZE: String(POOL_SIZE) }),
      DATA_DIR: dataDir,
      DEMO: "true",
      PORT: "0",
      RATE_LIMIT_PER_MINUTE: "0",
      RATE_LIMIT_LOGIN_PER_MINUTE: "0",
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return {
    url: await addressIn(server.stdout),
    async stop() {
      server.kill("SIGTERM");
      if (server.exitCode === null) await once(server, "exit");
    },
  };
}

/** The address that a server prints when it listens; what it prints after that is read and thrown away. */
async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [address] = /http:\/\/localhost:\d+/.exec(line) ?? [];
    if (address === undefined) continue;
    output.resume();
    return address;
  }
  throw new Error("The server ended before it listened; its lines above say why.");
}

import { randomUUID } from "node:crypto";
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "@tidemark/api";
import type { Session } from "@tidemark/api/server";
import { createDataFolders, type DatabaseContext } from "@tidemark/db/testing";
import { compose, type Server } from "../compose.ts";
import { parseConfig } from "../config.ts";
import { DEMO_PASSWORD, demoLesson, demoMessages, demoUsers } from "../features/demo/demo-school.ts";
import { createLogger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock/clock.ts";

export type Client = ReturnType<typeof createClient>;
export type DemoPerson = "tutor" | "student" | "student2" | "outsider";

/** What the demo school holds, for tests of other features. */
export const demoSchool = { lessonId: demoLesson.id, users: demoUsers, messages: demoMessages };

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly siteFolder?: string;
  readonly requestTimeoutMs?: number;
  readonly drainNotice?: () => Promise<void>;
  readonly firstCleanupDelayMs?: number;
}

export interface SignedIn {
  readonly session: Session;
  readonly client: Client;
}

export interface TestServer {
  readonly url: string;
  readonly server: Server;
  readonly dataDir: string;
  /** Every log line so far, as JSON text. */
  log(): string;
  client(accessToken?: string): Client;
  signIn(person: DemoPerson): Promise<SignedIn>;
  /** Makes an account at an address of its own. */
  register(name: string): Promise<SignedIn>;
  stop(): Promise<void>;
}

/** The whole server with the demo school, listening on a free port, on an embedded database of its own. */
export async function startTestServer({ env = {}, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const folders = createDataFolders();
  const dataDir = await folders.create();
  const { config, problems } = parseConfig({
    PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: dataDir,
    // Tests call more often than people do; limits are tested where they are named.
    RATE_LIMIT_PER_MINUTE: "0",
    RATE_LIMIT_LOGIN_PER_MINUTE: "0",
    ...env,
  });
  if (config === undefined) throw new TypeError(problems.join("\n"));
  const lines: string[] = [];
  const logger = createLogger({ level: config.LOG_LEVEL, destination: { write: (line) => void lines.push(line) } });
  const server = await compose({ config, logger, drainNoticeMs: 0, ...options });
  await server.lifecycle.start();
  const url = `http://127.0.0.1:${server.port()}`;
  const client = (accessToken?: string) => createClient(url, accessToken);
  return {
    url,
    server,
    dataDir,
    log: () => lines.join(""),
    client,
    signIn: async (person) => {
      const session = await client().auth.login.mutate({ email: `${person}@tidemark.test`, password: DEMO_PASSWORD });
      return { session, client: client(session.accessToken) };
    },
    register: async (name) => {
      const email = `${randomUUID()}@tidemark.test`;
      const session = await client().auth.register.mutate({ email, password: DEMO_PASSWORD, name });
      return { session, client: client(session.accessToken) };
    },
    stop: async () => {
      await server.lifecycle.stop();
      await folders.close();
    },
  };
}

function createClient(url: string, accessToken: string | undefined) {
  const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  const link = httpBatchLink({ url: `${url}/trpc`, methodOverride: "POST", maxItems: 10, headers });
  return createTRPCClient<AppRouter>({ links: [link] });
}

/** As `startTestServer`, on one of the databases that `describeOnEveryDatabase` goes through. */
export async function serverOn(
  context: DatabaseContext,
  options: Omit<TestServerOptions, "env"> = {},
): Promise<TestServer> {
  const url = context.kind === "postgres" ? (await context.create()).url : undefined;
  return startTestServer({ ...options, env: url === undefined ? {} : { DATABASE_URL: url, DEMO: "true" } });
}

/** What a call was refused with: message and `data` without what differs from call to call. */
export async function refusalOf(call: Promise<unknown>): Promise<{ readonly message: string; readonly data: unknown }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const { requestId: _requestId, ...data } = error.data as Record<string, unknown>;
    return { message: error.message, data };
  }
  throw new TypeError("The call was expected to be refused, and was not.");
}

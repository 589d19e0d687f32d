import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { addressOf } from "./http.ts";
import { createLightClient, type Answer } from "./light-client.ts";
import { POOL_SIZE } from "./system.ts";

const SECRET = "a secret of the bench, the same for both";
const ACCOUNT = { email: "student@tidemark.test", password: "tidemark-demo" };

/** A server in a process of its own, called by one person over kept connections. */
export interface CalledServer {
  me(): Promise<void>;
  listLessons(): Promise<void>;
  send(id: string): Promise<void>;
  /** Whether the call was accepted; 503 is a no, all else but 200 a failure. */
  tryMe(): Promise<boolean>;
  /** The status of `/readyz`. */
  readiness(): Promise<string>;
  close(): Promise<void>;
}

interface Place {
  readonly url: string;
  readonly dataDir: string;
}

/** As it is started, logs written to a pipe that is read; only the limit of calls is off, since all are one person's. */
export const startWholeSystem = (place: Place): Promise<CalledServer> =>
  start(fileURLToPath(import.meta.resolve("@tidemark/server/main")), place);

export const startBareSystem = (place: Place): Promise<CalledServer> =>
  start(fileURLToPath(new URL("bare-server.ts", import.meta.url)), place);

async function start(file: string, { url, dataDir }: Place): Promise<CalledServer> {
  const server = spawn(process.execPath, [file], {
    env: {
      DATABASE_URL: url,
      DATA_DIR: dataDir,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DEMO: "true",
      PORT: "0",
      JWT_SECRET: SECRET,
      RATE_LIMIT_PER_MINUTE: "1000000",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return createCaller(await addressOf(server), server);
}

async function createCaller(base: string, server: ChildProcess): Promise<CalledServer> {
  const client = createLightClient(base);
  const call = (path: string, options: { token?: string; body?: object } = {}): Promise<Answer> =>
    client.call({ path, ...options });
  const login = await call("/trpc/auth.login", { body: ACCOUNT });
  const { accessToken: token } = (JSON.parse(login.text) as { result: { data: { accessToken: string } } }).result.data;
  const list = await call("/trpc/lessons.list?input=%7B%7D", { token });
  const { items } = (JSON.parse(list.text) as { result: { data: { items: { id: string }[] } } }).result.data;
  const lessonId = items[0]?.id ?? "";
  const expectOk = ({ status, text }: Answer): void => {
    if (status !== 200) throw new Error(`A call was answered ${status}: ${text.slice(0, 300)}`);
  };
  return {
    me: async () => expectOk(await call("/trpc/auth.me", { token })),
    listLessons: async () => expectOk(await call("/trpc/lessons.list?input=%7B%7D", { token })),
    send: async (id) =>
      expectOk(await call("/trpc/chat.send", { token, body: { id, lessonId, text: "A line as people write it." } })),
    tryMe: async () => {
      const answer = await call("/trpc/auth.me", { token });
      if (answer.status !== 503) expectOk(answer);
      return answer.status === 200;
    },
    readiness: async () => (JSON.parse((await call("/readyz")).text) as { status: string }).status,
    close: async () => {
      client.close();
      server.kill("SIGTERM");
      if (server.exitCode === null) await once(server, "exit");
    },
  };
}

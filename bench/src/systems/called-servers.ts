import { fileURLToPath } from "node:url";
import { createLightClient, type Answer } from "./light-client.ts";
import { startServer, STUDENT, type ServerPlace, type ServerProcess } from "./server-process.ts";

/** The same keys for both; and a limit that nobody reaches, so that counting calls is part of what is measured. */
const SETTINGS = { JWT_SECRET: "a secret of the bench, the same for both", RATE_LIMIT_PER_MINUTE: "1000000" };

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

/** The product's server, its log written to a pipe that is read. */
export const startWholeSystem = async (place: ServerPlace): Promise<CalledServer> =>
  createCaller(await startServer(place, SETTINGS));

export const startBareSystem = async (place: ServerPlace): Promise<CalledServer> =>
  createCaller(await startServer(place, SETTINGS, fileURLToPath(new URL("bare-server.ts", import.meta.url))));

async function createCaller(server: ServerProcess): Promise<CalledServer> {
  const client = createLightClient(server.url);
  const call = (path: string, options: { token?: string; body?: object } = {}): Promise<Answer> =>
    client.call({ path, ...options });
  const login = await call("/trpc/auth.login", { body: STUDENT });
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
      await server.stop();
    },
  };
}

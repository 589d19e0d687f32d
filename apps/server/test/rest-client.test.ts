import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { generateApi } from "swagger-typescript-api";
import { expect, onTestFinished, test } from "vitest";
import { createOpenApiDocument, type Session } from "@tidemark/api/server";
import { DEMO_PASSWORD } from "../src/features/demo/demo-school.ts";
import { demoSchool, startTestServer } from "../src/testing/test-server.ts";

/** What this test uses of the generated class. */
interface GeneratedClient {
  setSecurityData(accessToken: string): void;
  readonly api: {
    authLogin(credentials: object): Promise<Answer<Session>>;
    chatSend(message: object): Promise<Answer<Message>>;
    chatHistory(query: { lessonId: string; limit: number; cursor?: string }): Promise<Answer<HistoryPage>>;
  };
}
type Answer<Data> = Response & { readonly data: Data };
interface Message {
  readonly id: string;
  readonly text: string;
}
interface HistoryPage {
  readonly items: readonly Message[];
  readonly nextCursor: string | null;
}

test("a client that a stranger generates from the OpenAPI document signs in, sends a message and pages through all of the history", async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const client = await generateClient(server.url);

  const credentials = { email: "student@tidemark.test", password: DEMO_PASSWORD };
  const { data: session } = await client.api.authLogin(credentials);
  expect(session.user.email).toBe(credentials.email);
  client.setSecurityData(session.accessToken);

  const sent = { id: randomUUID(), lessonId: demoSchool.lessonId, text: "By a generated client" };
  expect((await client.api.chatSend(sent)).data).toMatchObject(sent);

  const history: Message[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { lessonId: demoSchool.lessonId, limit: 1, ...(cursor != null && { cursor }) };
    const { data: page }: Answer<HistoryPage> = await client.api.chatHistory(query);
    expect(page.items).toHaveLength(1);
    history.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(history[0]).toMatchObject({ id: sent.id, text: sent.text });
  expect(new Set(history.map(({ id }) => id)).size).toBe(demoSchool.messages.length + 1);

  const refused: unknown = await client.api.chatSend({ ...sent, extra: true }).catch((answer: unknown) => answer);
  expect(refused).toMatchObject({ status: 400, error: { code: "BAD_REQUEST" } });
});

/** Generated, written to a folder that is gone after the test, and loaded. */
async function generateClient(serverUrl: string): Promise<GeneratedClient> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-client-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const document = createOpenApiDocument({ serverUrl, version: "1.0.0" });
  const { files } = await generateApi({
    // It takes the older dialect's type; the document is plain JSON either way.
    spec: JSON.parse(JSON.stringify(document)),
    output: false,
    httpClientType: "fetch",
    toJS: true,
    silent: true,
  });
  const [source] = files.filter(({ fileExtension }) => fileExtension === ".js");
  const file = join(folder, "client.mjs");
  await writeFile(file, source?.fileContent ?? "");
  const { Api } = (await import(pathToFileURL(file).href)) as {
    readonly Api: new (settings: object) => GeneratedClient;
  };
  return new Api({ securityWorker: bearerOf });
}

const bearerOf = (accessToken: string | null) =>
  accessToken === null ? {} : { headers: { authorization: `Bearer ${accessToken}` } };

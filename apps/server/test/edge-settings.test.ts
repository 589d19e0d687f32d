import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PASSWORD } from "../src/features/demo/demo-school.ts";
import { describeStartFailure } from "../src/observability/startup-notice.ts";
import { demoSchool, startTestServer, type DemoPerson, type TestServer } from "../src/testing/test-server.ts";

const report = { "csp-report": { "blocked-uri": "inline", "effective-directive": "script-src" } };

describe("every setting of the edge changes what it says", () => {
  let server: TestServer;
  let lax: TestServer;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidemark-schemas-"));
    await writeFile(join(folder, "csp.report.json"), '{"type": "object", "required": ["ticket"]}');
    await writeFile(join(folder, "lesson.create.json"), '{"properties": {"title": {"pattern": "^Maths"}}}');
    await writeFile(join(folder, "chat.message.json"), '{"properties": {"text": {"maxLength": 10}}}');
    server = await startTestServer({
      env: {
        SECURITY_HEADERS: "strict",
        CSP_SCRIPT_SRC: "'self' https://scripts.example.org",
        CSP_CONNECT_SRC: "'self' https://calls.example.org",
        CSP_REPORT_URI: "/reports/",
        HSTS_MAX_AGE: "1234",
        JSON_SCHEMA_DIR: folder,
        RATE_LIMIT_PER_MINUTE: "7",
        RATE_LIMIT_LOGIN_PER_MINUTE: "1",
      },
    });
    lax = await startTestServer({
      env: {
        HSTS_ENABLED: "false",
        JSON_SCHEMA_VALIDATION_ENABLED: "false",
        JSON_SCHEMA_DIR: folder,
        TRUST_PROXY: "127.0.0.0/8",
      },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await lax?.stop();
    await rm(folder, { recursive: true });
  });

  const headersOf = async ({ url }: TestServer) => (await fetch(`${url}/healthz`)).headers;
  const policyOf = async ({ url, signIn }: TestServer) => {
    const { accessToken } = (await signIn("student2")).session;
    const { headers } = await fetch(`${url}/trpc/auth.me`, { headers: { authorization: `Bearer ${accessToken}` } });
    return headers.get("ratelimit-policy");
  };
  const failureOf = (env: Readonly<Record<string, string>>) =>
    startTestServer({ env }).then(
      async (started) => started.stop(),
      (error: unknown) => error,
    );
  /** One sign-in a minute is what the first server takes of a person. */
  const sessions = new Map<string, Promise<{ readonly accessToken: string }>>();
  const sessionOf = (at: TestServer, person: DemoPerson) => {
    const key = `${at.url} ${person}`;
    const known = sessions.get(key) ?? at.signIn(person).then(({ session }) => session);
    sessions.set(key, known);
    return known;
  };
  const as = async (who: { readonly at: TestServer; readonly person: DemoPerson }, path: string, body: object) => {
    const { accessToken } = await sessionOf(who.at, who.person);
    const headers = { "content-type": "application/json", authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${who.at.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };
  const post = (url: string, body: object) =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  it.each([
    ["SECURITY_HEADERS", "x-frame-options", "DENY"],
    ["CSP_SCRIPT_SRC", "content-security-policy", "script-src 'self' https://scripts.example.org;"],
    ["CSP_CONNECT_SRC", "content-security-policy", "connect-src 'self' https://calls.example.org;"],
    ["CSP_REPORT_URI", "content-security-policy", "report-uri /reports/"],
    ["HSTS_MAX_AGE", "strict-transport-security", "max-age=1234;"],
  ])("%s: %s has %s, which it has not by default", async (_variable, name, part) => {
    expect((await headersOf(server)).get(name)).toContain(part);
    expect((await headersOf(lax)).get(name) ?? "").not.toContain(part);
  });

  it("HSTS_ENABLED=false sends none", async () => {
    expect((await headersOf(lax)).get("strict-transport-security")).toBeNull();
  });

  it("CSP_REPORT_URI is where reports are taken, JSON_SCHEMA_DIR what they are checked against, JSON_SCHEMA_VALIDATION_ENABLED whether", async () => {
    expect((await post(`${server.url}/reports/`, { ...report, ticket: 1 })).status).toBe(204);
    expect((await post(`${server.url}/reports/`, report)).status).toBe(400);
    expect((await post(`${lax.url}/reports/`, report)).status).toBe(404);
    expect((await post(`${lax.url}/api/csp-report/`, report)).status).toBe(204);
  });

  it("JSON_SCHEMA_DIR: its schemas make the REST calls of their names stricter, and no others", async () => {
    const startsAt = "2027-01-01T10:00:00Z";
    const create = (at: TestServer, title: string) => as({ at, person: "tutor" }, "/api/lessons/", { title, startsAt });
    expect(await create(server, "Maths again")).toMatchObject([200, { title: "Maths again" }]);
    expect(await create(server, "History")).toMatchObject([
      400,
      { code: "BAD_REQUEST", message: 'The body does not fit: /title must match pattern "^Maths".' },
    ]);
    expect(await create(lax, "History")).toMatchObject([200, { title: "History" }]);
    const { lessonId } = demoSchool;
    const say = (text: string) =>
      as({ at: server, person: "student" }, "/api/chat/messages/", { id: randomUUID(), lessonId, text });
    expect(await say("Short")).toMatchObject([200, { text: "Short" }]);
    expect(await say("Longer than ten characters")).toMatchObject([400, { code: "BAD_REQUEST" }]);
  });

  it.each([
    ["is missing", "nowhere"],
    ["is a file", "lesson.create.json"],
  ])("JSON_SCHEMA_DIR: a folder that %s stops the start, in one line that says what to do", async (_what, name) => {
    const failure = await failureOf({ JSON_SCHEMA_DIR: join(folder, name) });
    expect(describeStartFailure(failure)).toMatch(/^JSON_SCHEMA_DIR: \S+ is no folder; make it, .* leave [^\n]+$/);
  });

  it("TRUST_PROXY: a proxy's word for https and its host is taken, a client's is not", async () => {
    const through = { "x-forwarded-proto": "https", "x-forwarded-host": "school.example.org" };
    const seen = async ({ url }: TestServer) => {
      const body = JSON.stringify({ email: "outsider@tidemark.test", password: DEMO_PASSWORD });
      const headers = { "content-type": "application/json", ...through };
      const login = await fetch(`${url}/api/auth/login/`, { method: "POST", headers, body });
      const document = (await (await fetch(`${url}/api/openapi.json`, { headers: through })).json()) as {
        servers: readonly { url: string }[];
      };
      return [/; Secure/.test(login.headers.getSetCookie().join()), document.servers[0]?.url];
    };
    expect(await seen(lax)).toEqual([true, "https://school.example.org"]);
    expect(await seen(server)).toEqual([false, server.url]);
  });

  it("RATE_LIMIT_PER_MINUTE and RATE_LIMIT_LOGIN_PER_MINUTE limit calls and sign-ins, and 0 limits neither", async () => {
    const signIn = async ({ url }: TestServer) =>
      (await post(`${url}/trpc/auth.login`, { email: "nobody@tidemark.test", password: "not the password" })).status;
    expect(await policyOf(server)).toBe('"calls";q=7;w=60');
    expect(await policyOf(lax)).toBeNull();
    expect([await signIn(server), await signIn(server)]).toEqual([401, 429]);
    expect([await signIn(lax), await signIn(lax)]).toEqual([401, 401]);
  });

  it.each(["{broken", "3", '{"type": "nonsense"}'])(
    "JSON_SCHEMA_DIR: a schema that is none (%s) stops the start, and names the file",
    async (schema) => {
      const broken = await mkdtemp(join(tmpdir(), "tidemark-schemas-"));
      await writeFile(join(broken, "csp.report.json"), schema);
      const failure = await failureOf({ JSON_SCHEMA_DIR: broken });
      expect(describeStartFailure(failure)).toMatch(/^JSON_SCHEMA_DIR: .*csp\.report\.json is no JSON Schema: [^\n]+$/);
      await rm(broken, { recursive: true });
    },
  );
});

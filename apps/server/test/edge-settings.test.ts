import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeStartFailure } from "../src/observability/startup-notice.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const report = { "csp-report": { "blocked-uri": "inline", "effective-directive": "script-src" } };

describe("every setting of the edge changes what it says", () => {
  let server: TestServer;
  let lax: TestServer;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidemark-schemas-"));
    await writeFile(join(folder, "csp.report.json"), '{"type": "object", "required": ["ticket"]}');
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
      env: { HSTS_ENABLED: "false", JSON_SCHEMA_VALIDATION_ENABLED: "false", JSON_SCHEMA_DIR: folder },
    });
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await lax?.stop();
    await rm(folder, { recursive: true });
  });

  const headersOf = async ({ url }: TestServer) => (await fetch(`${url}/healthz`)).headers;
  const policyOf = async ({ url, signIn }: TestServer) => {
    const { accessToken } = (await signIn("student")).session;
    const { headers } = await fetch(`${url}/trpc/auth.me`, { headers: { authorization: `Bearer ${accessToken}` } });
    return headers.get("ratelimit-policy");
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
      const failure: unknown = await startTestServer({ env: { JSON_SCHEMA_DIR: broken } }).catch(
        (error: unknown) => error,
      );
      expect(describeStartFailure(failure)).toMatch(/^JSON_SCHEMA_DIR: .*csp\.report\.json is no JSON Schema: [^\n]+$/);
      await rm(broken, { recursive: true });
    },
  );
});

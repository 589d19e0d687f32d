import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const violation = {
  "csp-report": {
    "document-uri": "https://tidemark.test/lessons/1?token=secret",
    "blocked-uri": "https://evil.test/x.js",
    "effective-directive": "script-src-elem",
    "original-policy": "default-src 'self'",
  },
};

describe("reports of a broken content policy", () => {
  let server: TestServer;
  let countedBefore: number;
  beforeAll(async () => {
    server = await startTestServer();
  });
  beforeEach(async () => {
    countedBefore = await counted();
  });
  afterAll(() => server.stop());

  const send = (body: unknown, type = "application/csp-report", path = "/api/csp-report/") =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  async function counted(): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return [...text.matchAll(/^csp_reports_total\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  it("are counted and logged without what a query carries", async () => {
    expect((await send(violation)).status).toBe(204);
    expect(await counted()).toBe(countedBefore + 1);
    expect(server.log()).toContain('"blocked":"https://evil.test/x.js"');
    expect(server.log()).not.toContain("secret");
  });

  it("are taken as the Reporting API sends them", async () => {
    const body = { effectiveDirective: "img-src", blockedURL: "inline", documentURL: "https://tidemark.test/" };
    const reports = [{ type: "csp-violation", body }, { type: "deprecation" }];
    expect((await send(reports, "application/reports+json", "/api/csp-report")).status).toBe(204);
    expect(await counted()).toBe(countedBefore + 1);
  });

  it("are taken below the version of the interface too", async () => {
    expect((await send(violation, "application/csp-report", "/api/v1/csp-report/")).status).toBe(204);
    expect(await counted()).toBe(countedBefore + 1);
  });

  it("cannot break a log line nor make a label of their own", async () => {
    const forged = 'x"}\n{"level":"fatal","msg":"forged"}\r\n\u2028';
    await send({ "csp-report": { "effective-directive": forged, "blocked-uri": forged } });
    expect(server.log()).not.toMatch(/^\{"level":"fatal"/m);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/csp_reports_total\{directive="other"\} [1-9]/);
  });

  it.each([
    ["1 MB", "x".repeat(1_000_000), 413],
    ["no JSON", "{", 400],
    ["another shape", { "csp-report": { "blocked-uri": 1 } }, 400],
    ["a list of 101", Array.from({ length: 101 }, () => ({ type: "csp-violation" })), 400],
    ["a polluted prototype", '{"__proto__":{"a":1}}', 400],
  ])("of %s are refused and not counted", async (_what, body, status) => {
    expect((await send(body)).status).toBe(status);
    expect(await counted()).toBe(countedBefore);
  });

  it("as plain text are refused", async () => {
    expect((await send("{}", "text/plain")).status).toBe(415);
  });

  it("fill the log only so far", async () => {
    for (let index = 0; index < 60; index += 1) await send(violation);
    expect(server.log().match(/a page broke the content policy/g)?.length).toBeLessThanOrEqual(60);
    expect(await counted()).toBe(countedBefore + 60);
  });
});

import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const page = `<!doctype html><title>Tidemark</title>${"<!-- long enough to be worth compressing -->".repeat(50)}`;
const json = { "content-type": "application/json" };

describe("the HTTP server", () => {
  let server: TestServer;
  /** It does not wait long for a request to arrive. */
  let hasty: TestServer;
  let siteFolder: string;
  beforeAll(async () => {
    siteFolder = await mkdtemp(join(tmpdir(), "tidemark-site-"));
    await mkdir(join(siteFolder, "assets"));
    await writeFile(join(siteFolder, "index.html"), page);
    await writeFile(join(siteFolder, "sw.js"), "self.skipWaiting();");
    await writeFile(join(siteFolder, "assets/index-a1b2c3.js"), `console.log(1);${" ".repeat(2000)}`);
    hasty = await startTestServer({ requestTimeoutMs: 1000 });
    server = await startTestServer({
      siteFolder,
      env: { ALLOWED_ORIGINS: "https://app.example.org", TRUST_PROXY: "false" },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await hasty?.stop();
    await rm(siteFolder, { recursive: true });
  });

  const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    get(path, { method: "POST", body, headers });

  it("tells that it is alive and that it is ready", async () => {
    expect(await (await get("/healthz")).json()).toEqual({ status: "ok" });
    const readiness = async () => {
      const answer = await get("/readyz");
      return [answer.status, await answer.json()];
    };
    // A database that takes a second counts as down.
    await expect.poll(readiness).toEqual([
      200,
      {
        status: "ready",
        components: {
          database: { status: "ok", latencyMs: expect.any(Number) },
          eventLoop: { status: "ok", latencyMs: expect.any(Number) },
        },
      },
    ]);
  });

  it("tells the demo how often to pull", async () => {
    expect(await (await get("/app-config.json")).json()).toMatchObject({ syncPollIntervalMs: 2000 });
  });

  it("answers one page for every path of the app, and revalidates it", async () => {
    for (const path of ["/", "/lessons/some-id", "/lessons/some-id?from=mail"]) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(await response.text()).toBe(page);
    }
    expect((await get("/sw.js")).headers.get("cache-control")).toBe("no-cache");
  });

  it("lets browsers keep what has a hash in its name, and compresses it", async () => {
    const response = await get("/assets/index-a1b2c3.js", { headers: { "accept-encoding": "br" } });
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(response.headers.get("content-type")).toMatch(/javascript/);
  });

  it.each(["/missing.js", "/assets/missing.js", "/assets", "/api/missing", "/..%2f..%2fetc%2fpasswd", "/.env"])(
    "answers GET %s with a typed 404",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        code: "NOT_FOUND",
        message: "There is nothing at this address.",
        requestId: response.headers.get("x-request-id"),
      });
    },
  );

  it("answers a method that a path does not take with 405 and those that it does", async () => {
    const response = await get("/healthz", { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await response.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
    expect((await get("/trpc/auth.me", { method: "PUT" })).status).toBe(405);
    expect((await post("/missing", "{}")).status).toBe(404);
  });

  it("echoes a request id of up to 128 safe characters and replaces every other", async () => {
    const idOf = async (id: string) =>
      (await get("/app-config.json", { headers: { "x-request-id": id } })).headers.get("x-request-id");
    expect(await idOf("a".repeat(128))).toBe("a".repeat(128));
    expect(await idOf("a".repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf("two words")).toMatch(/^[0-9a-f-]{36}$/);
    expect(server.log()).toContain(`"reqId":"${"a".repeat(128)}"`);
  });

  it("puts the request id into every error", async () => {
    const headers = { ...json, "x-request-id": "find-me" };
    for (const [path, body] of [
      ["/trpc/auth.login", "{}"],
      ["/trpc/auth.login", "{broken"],
      ["/trpc/nothing", "{}"],
      [`/trpc/${"auth.me,".repeat(10)}auth.me?batch=1`, "{}"],
      ["/trpc/auth.me,auth.login?batch=1", "{}"],
    ] as const) {
      const { error } = (await (await post(path, body, headers)).json()) as { error: { data: object } };
      expect(error.data).toMatchObject({ requestId: "find-me" });
    }
  });

  it("takes a batch of 10 calls and refuses one of 11 before any runs", async () => {
    const paths = (count: number) => Array.from({ length: count }, () => "auth.me").join(",");
    const ten = await get(`/trpc/${paths(10)}?batch=1`);
    expect(((await ten.json()) as unknown[]).length).toBe(10);
    for (const path of [
      `${paths(11)}?batch=1`,
      `${encodeURIComponent(paths(11))}?batch=1`,
      `${",".repeat(5000)}?batch=1`,
    ]) {
      const refused = await get(`/trpc/${path}`);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error: { data: { code: "BAD_REQUEST" } } });
    }
  });

  it.each([
    ["a body that is no JSON", { body: "{broken", status: 400, code: "BAD_REQUEST" }],
    ["a body as text/plain", { body: "{}", type: "text/plain", status: 415, code: "UNSUPPORTED_MEDIA_TYPE" }],
    ["a body of a push and a byte", { body: " ".repeat(1024 * 1024 + 1), status: 413, code: "PAYLOAD_TOO_LARGE" }],
    ["a body of a push, for what is in it", { body: " ".repeat(1024 * 1024), status: 400, code: "BAD_REQUEST" }],
    [
      "a polluted prototype",
      { body: '{"__proto__":{"admin":true},"email":"a@b.c","password":"x"}', status: 400, code: "BAD_REQUEST" },
    ],
    ["nesting 10,000 levels deep", { body: "[".repeat(10_000) + "]".repeat(10_000), status: 400, code: "BAD_REQUEST" }],
  ])("refuses %s", async (_what, { body, status, code, ...rest }) => {
    const type = "type" in rest ? rest.type : json["content-type"];
    const response = await post("/trpc/auth.login", body, { "content-type": type });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([
      status,
      { error: { data: { code, httpStatus: status } } },
    ]);
    expect(text).not.toMatch(/stack|node_modules|\.ts:/);
  });

  it("takes a query by POST too, and a bad credential as 401", async () => {
    const response = await post("/trpc/auth.me", "", { ...json, authorization: "Bearer nonsense" });
    expect(response.status).toBe(401);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("ends a body that does not arrive with 408, and counts it as nothing else", async () => {
    const socket = connect(Number(new URL(hasty.url).port), "127.0.0.1");
    socket.write(
      "POST /trpc/auth.login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
    expect(await (await fetch(`${hasty.url}/metrics`)).text()).toContain('total{reason="BAD_REQUEST"} 0\n');
  });

  it("answers broken HTTP with a typed 400", async () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("NONSENSE\r\n\r\n");
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BAD_REQUEST"');
  });

  it.each([
    ["without a Host", "GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [
      "with an expectation that nobody knows",
      "GET /readyz HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n",
      200,
    ],
  ])("answers a request %s as every other: with its headers and an id", async (_what, text, status) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(text);
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const name of ["content-security-policy", "strict-transport-security", "x-request-id"])
      expect(answer).toContain(`${name}: `);
    if (status !== 200) expect(answer).toContain('"code":"BAD_REQUEST"');
  });

  it("sends the requirement's headers and a request id with what never became a request, too, and counts it", async () => {
    const refused = async () =>
      /reason="REQUEST_TIMEOUT"\} (\d+)/.exec(await (await fetch(`${hasty.url}/metrics`)).text())?.[1] ?? "0";
    const before = await refused();
    const socket = connect(Number(new URL(hasty.url).port), "127.0.0.1");
    socket.write("GET /healthz HTTP/1.1\r\nHost: ");
    const [head = "", body = ""] = Buffer.concat(await socket.toArray())
      .toString()
      .split("\r\n\r\n");
    const headers = new Map(
      head.split("\r\n").map((line) => [line.split(":", 1)[0] ?? "", line.replace(/^.*?: /, "")]),
    );
    const usual = (await get("/missing.js")).headers;
    for (const name of [
      "referrer-policy",
      "x-frame-options",
      "x-xss-protection",
      "x-content-type-options",
      "strict-transport-security",
      "permissions-policy",
    ]) {
      expect(headers.get(name), name).toBe(usual.get(name));
    }
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(JSON.parse(body)).toMatchObject({ requestId: headers.get("x-request-id") });
    expect(Number(await refused())).toBe(Number(before) + 1);
  });

  it.each([
    ["a key that nobody knows", "GET /trpc/auth.me?limit=1"],
    ["a key beside the input", "GET /trpc/lessons.list?input=%7B%7D&zz=1"],
    ["a key beside a body", "POST /trpc/auth.login?email=a", "{}"],
    ["an input beside a body", "POST /trpc/auth.login?input=%7B%7D", "{}"],
    ["an input twice", "GET /trpc/lessons.list?input=%7B%7D&input=%7B%7D"],
    ["a batch that is none", "GET /trpc/auth.me?batch=0"],
    ["a batch twice", "GET /trpc/auth.me?batch=1&batch=1"],
    ["a batch with an input for no call", "POST /trpc/auth.me,auth.me?batch=1", '{"0":{},"2":{}}'],
    ["a batch with a name for a number", "POST /trpc/auth.refresh?batch=1", '{"refreshToken":"x"}'],
    ["a batch with a number written otherwise", "POST /trpc/auth.refresh?batch=1", '{"00":{}}'],
    ["a batch by GET with an input for no call", `GET /trpc/auth.me?batch=1&input=${encodeURIComponent('{"1":{}}')}`],
    ["a batch with a polluted prototype", "POST /trpc/auth.refresh?batch=1", '{"__proto__":{"0":{}}}'],
  ])("refuses %s: nobody would read it", async (_what, line, body?: string) => {
    const [method = "", path = ""] = line.split(" ");
    const response = await get(path, { method, headers: json, ...(body !== undefined && { body }) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { data: { code: "BAD_REQUEST", httpStatus: 400 } } });
  });

  it("sends the requirement's headers with pages, answers and errors", async () => {
    for (const path of ["/", "/healthz", "/trpc/auth.me", "/missing.js"]) {
      const { headers } = await get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "content-security-policy": expect.stringMatching(
          /default-src 'self';script-src 'self';.*report-uri \/api\/csp-report\//,
        ),
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-frame-options": "SAMEORIGIN",
        "x-xss-protection": "1; mode=block",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "permissions-policy": expect.stringContaining("camera=(self)"),
      });
    }
  });

  it("lets only its own origin and configured ones read answers", async () => {
    const allowed = async (origin: string) =>
      (await get("/app-config.json", { headers: { origin } })).headers.get("access-control-allow-origin");
    expect(await allowed("https://app.example.org")).toBe("https://app.example.org");
    expect(await allowed(server.url)).toBe(server.url);
    expect(await allowed("https://evil.example.org")).toBeNull();
    expect(await allowed("null")).toBeNull();
    const { headers } = await get("/app-config.json", { headers: { origin: "https://app.example.org" } });
    expect(headers.get("access-control-expose-headers")).toMatch(/retry-after.*x-request-id/);
  });

  it("serves metrics with their exact names, and counts what it refused", async () => {
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(/^http_requests_refused_total\{reason="BAD_REQUEST"\} [1-9]/m);
    for (const name of [
      "http_request_duration_seconds",
      "policy_evaluations_total",
      "token_operations_total",
      "sync_push_seconds",
      "sync_pull_seconds",
      "sync_queue_depth",
      "process_cpu_seconds_total",
    ]) {
      expect(text).toContain(`# TYPE ${name} `);
    }
  });
});

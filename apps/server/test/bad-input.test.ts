import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type ServerProcess } from "./harness/server-process.ts";
import { startStopwatch } from "./harness/stopwatch.ts";

const SECRET = "a secret of at least thirty-two characters";
const lessonId = "019ab5a0-0000-7000-8000-000000000010";
/** What a refusal may cost: time of the processor, all threads of the server together. */
const CPU_MS_PER_REFUSAL = 50;
/** Enough to make the first call's compilation and somebody else's garbage small beside it. */
const REPETITIONS = 20;
const privateKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const text100k = "x".repeat(100_000);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

interface Refusal {
  readonly status: number;
  readonly code: string;
}

interface Row extends Refusal {
  readonly surface: string;
  readonly input: string;
  readonly send: () => Promise<Response>;
}

/** One row per hostile input: what must come back, what it may cost, that a neighbour is served, and that a counter moved. */
describe("hostile input", () => {
  let server: ServerProcess;
  /** One with limits, and with a pair of keys. */
  let limited: ServerProcess;
  let dataDir: string;
  let limitedDir: string;
  let token: string;
  let outsider: string;
  let user: { readonly id: string; readonly sessionId: string };
  let slowBody: ReturnType<typeof sendSlowBody>;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tidemark-data-"));
    limitedDir = await mkdtemp(join(tmpdir(), "tidemark-data-"));
    server = await startServer({ dataDir, env: { JWT_SECRET: SECRET } });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    limited = await startServer({
      dataDir: limitedDir,
      env: { JWT_PRIVATE_KEY: pem, RATE_LIMIT_PER_MINUTE: "5", RATE_LIMIT_LOGIN_PER_MINUTE: "1" },
    });
    token = await signIn("student@tidemark.test");
    outsider = await signIn("outsider@tidemark.test");
    const { sub = "", sid = "" } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      sub?: string;
      sid?: string;
    };
    user = { id: sub, sessionId: sid };
    slowBody = sendSlowBody();
  });
  afterAll(async () => {
    await server?.stop();
    await limited?.stop();
    await rm(dataDir, { recursive: true, force: true });
    await rm(limitedDir, { recursive: true, force: true });
  });

  async function signIn(email: string, target = server): Promise<string> {
    const response = await fetch(`${target.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "tidemark-demo" }),
    });
    return String(((await response.json()) as { accessToken?: string }).accessToken);
  }
  const get = (path: string, authorization = `Bearer ${token}`) =>
    fetch(`${server.url}${path}`, { headers: { authorization } });
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
    });
  const trpc = (path: string, body: string) => post(`/trpc/${path}`, body);
  const message = (fields: object) => JSON.stringify({ id: randomUUID(), lessonId, text: "Hello", ...fields });

  /** A token signed with the server's own secret, whatever it says. */
  function forge({
    header = {},
    payload = {},
    key = SECRET,
  }: {
    header?: object;
    payload?: object;
    key?: string | Buffer;
  }): string {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const text = [
      encode({ alg: "HS256", typ: "JWT", ...header }),
      encode({ iss: "tidemark", aud: "tidemark", sub: user.id, sid: user.sessionId, exp, ...payload }),
    ].join(".");
    return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  }
  const withToken = (forged: string) => get("/trpc/auth.me", `Bearer ${forged}`);

  const bad: Refusal = { status: 400, code: "BAD_REQUEST" };
  const refused: Refusal = { status: 401, code: "UNAUTHORIZED" };
  const absent: Refusal = { status: 404, code: "NOT_FOUND" };
  const tooLarge: Refusal = { status: 413, code: "PAYLOAD_TOO_LARGE" };
  const surface = (name: string) => (input: string, refusal: Refusal, send: Row["send"]) => ({
    surface: name,
    input,
    ...refusal,
    send,
  });
  const at = { trpc: surface("tRPC"), rest: surface("REST"), jwt: surface("JWT"), csp: surface("CSP report") };

  const rows: readonly Row[] = [
    at.trpc("a batch of 10,000 calls", bad, () => get(`/trpc/${"a,".repeat(5_000)}a?batch=1`)),
    at.trpc("a batch of commas", bad, () => get(`/trpc/${",".repeat(10_000)}?batch=1`)),
    at.trpc("inputs for calls that a batch does not have", bad, () => trpc("auth.logout?batch=1", '{"1":{}}')),
    at.trpc("__proto__", bad, () => trpc("chat.send", '{"__proto__":{"admin":true}}')),
    at.trpc("JSON of 10,000 levels", bad, () => trpc("chat.send", "[".repeat(10_000) + "]".repeat(10_000))),
    at.trpc("NaN", bad, () => trpc("sync.push", '{"deviceId":NaN,"ops":[]}')),
    at.trpc("2^53 + 1", bad, () =>
      trpc("sync.push", `{"deviceId":"${randomUUID()}","ackSeq":9007199254740993,"ops":[]}`),
    ),
    at.trpc("a NUL", bad, () => trpc("chat.send", message({ text: "a\0b" }))),
    at.trpc("half of a surrogate pair", bad, () => trpc("chat.send", message({ text: "\ud800" }))),
    at.trpc("a body as text/plain", { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" }, () =>
      post("/trpc/chat.send", message({}), { "content-type": "text/plain" }),
    ),
    at.trpc("a body of 2 MB", tooLarge, () => trpc("sync.push", " ".repeat(2_000_000))),
    at.rest("a lesson of others", absent, () => get(`/api/lessons/${lessonId}/`, `Bearer ${outsider}`)),
    at.rest("an extra field", bad, () => post("/api/chat/messages/", message({ isAdmin: true }))),
    at.rest("a sort key", bad, () => get("/api/lessons/?sort=passwordHash")),
    at.rest("a forged cursor", { status: 400, code: "INVALID_CURSOR" }, () =>
      get(`/api/chat/history/?lessonId=${lessonId}&cursor=eyJpZCI6MX0.AAAA`),
    ),
    at.rest("a forged cursor of a pull", { status: 400, code: "INVALID_CURSOR" }, () =>
      get(`/api/sync/pull/?deviceId=${randomUUID()}&cursor=${"A".repeat(4_000)}`),
    ),
    at.rest("limit=1e9", bad, () => get(`/api/lessons/?limit=1000000000`)),
    at.rest("100 KB as a mail address", bad, () =>
      post("/api/auth/login/", JSON.stringify({ email: `${"a.".repeat(50_000)}@b.c`, password: "x" })),
    ),
    at.rest("100 KB as a password", bad, () =>
      post("/api/auth/login/", JSON.stringify({ email: "student@tidemark.test", password: text100k })),
    ),
    at.rest("100 KB as a title", bad, () =>
      post("/api/lessons/", JSON.stringify({ title: text100k, startsAt: "2027-01-01T10:00:00Z" })),
    ),
    at.rest("100 KB as a device", bad, () =>
      post("/api/sync/push/", JSON.stringify({ deviceId: "0".repeat(100_000), ops: [] })),
    ),
    at.rest("100 KB as an operation's id, name and time", bad, () =>
      post(
        "/api/sync/push/",
        JSON.stringify({
          deviceId: randomUUID(),
          ops: [{ id: "0".repeat(100_000), seq: 1, name: text100k, args: {}, at: `2026-${"0".repeat(100_000)}` }],
        }),
      ),
    ),
    at.rest("100 KB in the address", { ...bad, status: 431 }, () =>
      get(`/api/users/online-status/?ids=${"0".repeat(100_000)}`),
    ),
    at.rest("100 KB as an id", bad, () => post("/api/chat/messages/", message({ id: text100k }))),
    at.rest("100 KB as a time", bad, () =>
      post("/api/lessons/", JSON.stringify({ title: "x", startsAt: `2026-01-01T00:00:00.${"0".repeat(100_000)}` })),
    ),
    at.rest("100 KB as a refresh token", bad, () =>
      post("/api/auth/refresh/", JSON.stringify({ refreshToken: text100k })),
    ),
    at.rest("100 KB as an invitation", bad, () =>
      post("/api/invitations/accept/", JSON.stringify({ token: text100k })),
    ),
    at.jwt("alg none", refused, () => withToken(forge({ header: { alg: "none" } }).replace(/[^.]*$/, ""))),
    at.jwt("another algorithm over the secret", refused, () => withToken(forge({ header: { alg: "RS256" } }))),
    at.jwt("a kid that is a path", refused, () => withToken(`${forge({ header: { kid: "../../etc/passwd" } })}x`)),
    at.jwt("keys that it brings itself", refused, () =>
      withToken(forge({ header: { alg: "ES256", jku: "http://127.0.0.1:1/keys", jwk: { kty: "EC" } } })),
    ),
    at.jwt("another audience", refused, () => withToken(forge({ payload: { aud: "evil" } }))),
    at.jwt("another issuer", refused, () => withToken(forge({ payload: { iss: "evil" } }))),
    at.jwt("another type", refused, () => withToken(forge({ header: { typ: "logout+jwt" } }))),
    at.jwt("no end", refused, () => withToken(forge({ payload: { exp: undefined } }))),
    at.jwt("an end in a thousand years", refused, () => withToken(forge({ payload: { exp: 3e10 } }))),
    at.jwt("a session that it made up", refused, () => withToken(forge({ payload: { sid: randomUUID() } }))),
    at.csp("1 MB", tooLarge, () => post("/api/csp-report/", "x".repeat(1_000_000))),
    at.csp("another shape", bad, () => post("/api/csp-report/", '{"csp-report":{"blocked-uri":{}}}')),
  ];

  it.each(rows)("$surface: $input is refused with $status, cheaply, beside a neighbour who is served", async (row) => {
    const { send, status, code } = row;
    const before = await figures(code);
    const [answer, neighbour] = await Promise.all([send(), get("/api/auth/me/")]);
    const body = await answer.text();
    const after = await figures(code);
    expect([answer.status, errorOf(body)]).toEqual([status, code]);
    expect(body).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts:/);
    expect(neighbour.status).toBe(200);
    expect(after.refused).toBe(before.refused + 1);
    await expectCheap(async () => (await send()).arrayBuffer());
  });

  it("tRPC: limits count the calls of a batch, not its requests: the sixth of ten is refused, cheaply, and a neighbour is served", async () => {
    const [student, tutor] = await Promise.all(
      ["student", "tutor"].map((who) => signIn(`${who}@tidemark.test`, limited)),
    );
    const batch = `${limited.url}/trpc/${Array.from({ length: 10 }, () => "auth.me").join(",")}?batch=1`;
    const before = await figures("TOO_MANY_REQUESTS", limited);
    const send = () => fetch(batch, { headers: { authorization: `Bearer ${student}` } });
    const answer = await send();
    const codes = ((await answer.json()) as object[]).map((part) => errorOf(JSON.stringify(part)) ?? "ok");
    expect([answer.status, codes.slice(0, 5), new Set(codes.slice(5))]).toEqual([
      207,
      ["ok", "ok", "ok", "ok", "ok"],
      new Set(["TOO_MANY_REQUESTS"]),
    ]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await figures("TOO_MANY_REQUESTS", limited)).refused).toBe(before.refused + 5);
    const neighbour = await fetch(`${limited.url}/api/auth/me/`, { headers: { authorization: `Bearer ${tutor}` } });
    expect(neighbour.status).toBe(200);
    await expectCheap(async () => (await send()).arrayBuffer(), limited);
  });

  it("REST: spoofed forwarding headers are no other address: the sixth call is refused, cheaply, and is counted", async () => {
    const before = await figures("TOO_MANY_REQUESTS", limited);
    let caller = 0;
    const send = () => {
      const forged = `203.0.113.${(caller += 1)}`;
      const headers = {
        "content-type": "application/json",
        "x-forwarded-for": forged,
        "x-real-ip": forged,
        forwarded: `for=${forged}`,
      };
      return fetch(`${limited.url}/api/auth/refresh/`, { method: "POST", headers, body: "{}" });
    };
    const statuses = [];
    for (let call = 0; call < 6; call += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await figures("TOO_MANY_REQUESTS", limited)).refused).toBe(before.refused + 1);
    await expectCheap(async () => (await send()).arrayBuffer(), limited);
  });

  it("JWT: a token signed with the server's public key as if that were a secret is refused, cheaply, and counted", async () => {
    const publicKey = createPublicKey(privateKey);
    const before = await figures("UNAUTHORIZED", limited);
    const forged = ["pem", "der"].map((format) =>
      forge({ key: publicKey.export({ type: "spki", format: format as "der" }) }),
    );
    const send = (one = "") =>
      fetch(`${limited.url}/trpc/lessons.list`, { headers: { authorization: `Bearer ${one}` } });
    for (const one of forged) {
      const answer = await send(one);
      expect([answer.status, errorOf(await answer.text())]).toEqual([401, "UNAUTHORIZED"]);
    }
    expect((await figures("UNAUTHORIZED", limited)).refused).toBe(before.refused + 2);
    await expectCheap(async () => (await send(forged[0])).arrayBuffer(), limited);
  });

  it("JWT: 100 KB of a token end before they are a request, and are counted", async () => {
    const before = await figures("BAD_REQUEST");
    const answer = await overSocket(
      `GET /trpc/auth.me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${text100k}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    expect((await figures("BAD_REQUEST")).refused).toBe(before.refused + 1);
    await expectCheap(() =>
      overSocket(`GET /trpc/auth.me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${text100k}\r\n\r\n`),
    );
  });

  it("CSP report: line breaks and markup stay inside one log line", async () => {
    const forged = '"}\n{"level":"fatal","msg":"forged"}\r\n\u001b[31m';
    const report = { "csp-report": { "blocked-uri": forged, "effective-directive": forged } };
    expect((await post("/api/csp-report/", JSON.stringify(report))).status).toBe(204);
    expect(server.output()).not.toMatch(/^\{"level":"fatal"/m);
  });

  it("data folder: a second process is refused in one line, and the first one goes on", async () => {
    const second = await startServer({ dataDir }).then(
      () => "it started",
      (error: unknown) => (error instanceof Error ? error.message : "it failed by something that is no error"),
    );
    const [summary, ...lines] = second.split("\n");
    expect(summary).toBe("The server ended with 1:");
    expect(lines).toEqual([expect.stringMatching(/in use/)]);
    expect((await get("/api/auth/me/")).status).toBe(200);
  });

  it("tRPC: a slow body, begun before all of these, ends with 408 within 15 s, and every neighbour was served meanwhile", async () => {
    const { answer, seconds } = await slowBody;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(seconds).toBeLessThan(15);
    expect((await get("/api/auth/me/")).status).toBe(200);
    expect((await figures("REQUEST_TIMEOUT")).refused).toBe(1);
  });

  /** Many at once would share what they cost, and one alone pays for the compiler: the mean of some, one after another. */
  async function expectCheap(send: () => Promise<unknown>, target = server): Promise<void> {
    const before = await figures("", target);
    for (let turn = 0; turn < REPETITIONS; turn += 1) await send();
    const after = await figures("", target);
    const milliseconds = ((after.cpu - before.cpu) * 1000) / REPETITIONS;
    console.log(`${expect.getState().currentTestName}: ${milliseconds.toFixed(1)} ms of CPU`);
    expect(milliseconds).toBeLessThanOrEqual(CPU_MS_PER_REFUSAL);
  }

  async function figures(reason: string, target = server): Promise<{ refused: number; cpu: number }> {
    const text = await (await fetch(`${target.url}/metrics`)).text();
    const find = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
    return {
      refused: find(new RegExp(`^http_requests_refused_total\\{reason="${reason}"\\} (\\d+)`, "m")),
      cpu: find(/^process_cpu_seconds_total (\S+)/m),
    };
  }

  async function sendSlowBody(): Promise<{ answer: string; seconds: number }> {
    const stopwatch = startStopwatch();
    const head = "Host: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    const answer = await overSocket(`POST /trpc/chat.send HTTP/1.1\r\n${head}{`);
    return { answer, seconds: stopwatch.stop() / 1000 };
  }

  async function overSocket(text: string): Promise<string> {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(text);
    return Buffer.concat(await socket.toArray()).toString();
  }
});

/** Both mounts' errors; tRPC answers a batch with a list where it read one. */
function errorOf(body: string): unknown {
  const answer = JSON.parse(body) as { code?: string; error?: { data?: { code?: string } } };
  return answer.error?.data?.code ?? answer.code;
}

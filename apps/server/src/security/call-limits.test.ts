import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PASSWORD } from "../features/demo/demo-school.ts";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const json = { "content-type": "application/json" };
/** A minute does not end meanwhile, however slow the machine is. */
const start = (env: Readonly<Record<string, string>>) => startTestServer({ env, clock: createManualClock(Date.now()) });

describe("limits", () => {
  let server: TestServer;
  let tutor: string;
  let student: string;
  beforeAll(async () => {
    server = await start({
      RATE_LIMIT_PER_MINUTE: "12",
      RATE_LIMIT_LOGIN_PER_MINUTE: "10",
      TRUST_PROXY: "true",
    });
    tutor = (await server.signIn("tutor")).session.accessToken;
    student = (await server.signIn("student")).session.accessToken;
  });
  afterAll(() => server.stop());

  const get = (path: string, token: string) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const login = (email: string, address: string) =>
    fetch(`${server.url}/trpc/auth.login`, {
      method: "POST",
      headers: { ...json, "x-forwarded-for": address },
      body: JSON.stringify({ email, password: "wrong" }),
    });

  it("count the calls inside batches, for each person and procedure apart, by either mount", async () => {
    const batch = `/trpc/${Array.from({ length: 10 }, () => "auth.me").join(",")}?batch=1`;
    const first = await get(batch, tutor);
    expect(first.status).toBe(200);
    expect(first.headers.get("ratelimit-policy")).toBe('"calls";q=12;w=60');
    expect(first.headers.get("ratelimit")).toMatch(/^"calls";r=2;t=\d+$/);

    const second = await get(batch, tutor);
    const statuses = ((await second.json()) as { error?: { data: { code: string } } }[]).map(
      ({ error }) => error?.data.code ?? "ok",
    );
    expect(statuses.filter((status) => status === "ok")).toHaveLength(2);
    expect(statuses.filter((status) => status === "TOO_MANY_REQUESTS")).toHaveLength(8);

    const refused = await get("/api/auth/me/", tutor);
    const retryAfterSeconds = Number(refused.headers.get("retry-after"));
    expect(retryAfterSeconds).toBeGreaterThan(0);
    const told = { code: "TOO_MANY_REQUESTS", retryAfterSeconds };
    expect([refused.status, await refused.json()]).toMatchObject([429, told]);
    expect((await get("/api/auth/me/", student)).status).toBe(200);
    expect((await get("/api/lessons/", tutor)).status).toBe(200);
  });

  it("let a mail address be tried ten times a minute, whatever address tries it", async () => {
    const statuses = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      statuses.push((await login("someone@tidemark.test", `192.0.2.${attempt}`)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  it("let an IP address try a hundred mail addresses a minute, a whole IPv6 network counting as one", async () => {
    const env = { RATE_LIMIT_PER_MINUTE: "0", RATE_LIMIT_LOGIN_PER_MINUTE: "10", TRUST_PROXY: "true" };
    await using own = await disposable(start(env));
    const attempts = Array.from({ length: 104 }, (_, attempt) =>
      fetch(`${own.server.url}/api/auth/login`, {
        method: "POST",
        headers: { ...json, "x-forwarded-for": `2001:db8:0:1::${attempt.toString(16)}` },
        body: JSON.stringify({ email: `person${attempt}@tidemark.test`, password: DEMO_PASSWORD }),
      }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });

  it("count calls by nobody against their address: without a token, and with one that is none", async () => {
    const call = (address: string, authorization?: string) =>
      fetch(`${server.url}/api/lessons/`, {
        headers: { "x-forwarded-for": address, ...(authorization !== undefined && { authorization }) },
      });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      expect((await call("192.0.2.77")).status).toBe(401);
      const answer = await call("192.0.2.77", `Bearer forged${attempt}`);
      expect([answer.status, answer.headers.get("ratelimit")]).toEqual([401, expect.stringMatching(/^"calls";r=/)]);
    }
    expect((await call("192.0.2.77", "Bearer another")).status).toBe(429);
    expect((await call("192.0.2.78")).status).toBe(401);
    expect((await call("192.0.2.77", `Bearer ${student}`)).status).toBe(200);
  });

  it.each([
    ["true, one that the client wrote itself", "true", (call: number) => `203.0.113.${call}, 192.0.2.80`],
    ["a list that the peer is not in, all of them", "10.0.0.0/8", (call: number) => `192.0.2.${call}`],
    [
      "a list that the peer is in, all beyond the first stranger",
      "127.0.0.0/8",
      (call: number) => `203.0.113.${call}, 192.0.2.80, 127.0.0.9`,
    ],
  ])("pass over spoofed addresses: with TRUST_PROXY %s", async (_what, trusted, forwarded) => {
    const env = { RATE_LIMIT_PER_MINUTE: "3", RATE_LIMIT_LOGIN_PER_MINUTE: "0", TRUST_PROXY: trusted };
    await using own = await disposable(start(env));
    const statuses = [];
    for (let call = 1; call <= 4; call += 1) {
      const headers = {
        ...json,
        "x-forwarded-for": forwarded(call),
        forwarded: `for=192.0.2.${call}`,
        "x-real-ip": `192.0.2.${call}`,
      };
      const answer = await fetch(`${own.server.url}/api/auth/refresh`, { method: "POST", headers, body: "{}" });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  it("believe forwarding headers only with TRUST_PROXY", async () => {
    const env = { RATE_LIMIT_PER_MINUTE: "5", RATE_LIMIT_LOGIN_PER_MINUTE: "0" };
    await using own = await disposable(start(env));
    const statuses = [];
    for (let call = 0; call < 6; call += 1) {
      const headers = { ...json, "x-forwarded-for": `192.0.2.${call}` };
      statuses.push(
        (await fetch(`${own.server.url}/api/auth/refresh`, { method: "POST", headers, body: "{}" })).status,
      );
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

async function disposable(starting: Promise<TestServer>) {
  const server = await starting;
  return { server, [Symbol.asyncDispose]: () => server.stop() };
}

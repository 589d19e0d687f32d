import { createSessionStore } from "@tidemark/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createManualClock, type ManualClock } from "../../platform/clock/manual-clock.ts";
import { demoSchool, refusalOf, startTestServer, type TestServer } from "../../testing/test-server.ts";

const unauthorized = { data: { code: "UNAUTHORIZED", httpStatus: 401 } };

describe("signing in", () => {
  let clock: ManualClock;
  let server: TestServer;
  beforeAll(async () => {
    clock = createManualClock(Date.parse("2026-11-22T10:00:00Z"));
    server = await startTestServer({ clock });
  });
  afterAll(() => server.stop());
  // Past the half second for which an answer about a session may be used again.
  beforeEach(() => clock.advance(1000));

  const refresh = (refreshToken: string) => server.client().auth.refresh.mutate({ refreshToken });

  it("answers tokens and the person, and me tells who that is", async () => {
    const { session, client } = await server.signIn("tutor");
    const { id, email, name } = demoSchool.users[0];
    expect(session).toMatchObject({ expiresIn: 900, user: { id, email, name } });
    expect(await client.auth.me.query()).toEqual({ id, email, name });
  });

  it("takes the address in any case and refuses unknown fields", async () => {
    const input = { email: " Tutor@Tidemark.TEST ", password: "tidemark-demo" };
    await server.client().auth.login.mutate(input);
    const refusal = await refusalOf(server.client().auth.login.mutate(Object.assign(input, { admin: true })));
    expect(refusal).toMatchObject({ data: { code: "BAD_REQUEST", httpStatus: 400 } });
  });

  it("tells an unknown address and a wrong password apart by nothing", async () => {
    const login = (email: string) => refusalOf(server.client().auth.login.mutate({ email, password: "wrong" }));
    const unknown = await login("nobody@tidemark.test");
    expect(unknown).toMatchObject(unauthorized);
    expect(await login("tutor@tidemark.test")).toEqual(unknown);
  });

  it("sets the refresh token as a cookie out of scripts' reach, and takes it from there", async () => {
    const login = await fetch(`${server.url}/trpc/auth.login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "tutor@tidemark.test", password: "tidemark-demo" }),
    });
    const [cookie = ""] = login.headers.getSetCookie();
    expect(cookie).toMatch(/^tidemark_refresh=[^;]+; Max-Age=2592000; Path=\/trpc; HttpOnly; SameSite=Strict$/);
    const renewed = await fetch(`${server.url}/trpc/auth.refresh`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: cookie.split(";", 1)[0] ?? "" },
    });
    expect(renewed.status).toBe(200);
    expect(renewed.headers.getSetCookie()).toHaveLength(1);
  });

  it("answers the identical successor to a refresh token used again within 30 s", async () => {
    const { session } = await server.signIn("student");
    const [first, second] = await Promise.all([refresh(session.refreshToken), refresh(session.refreshToken)]);
    clock.advance(30_000);
    const third = await refresh(session.refreshToken);
    expect(first.refreshToken).not.toBe(session.refreshToken);
    expect([second.refreshToken, third.refreshToken]).toEqual([first.refreshToken, first.refreshToken]);
  });

  it("revokes the whole family when a token comes back after 30 s", async () => {
    const { session, client } = await server.signIn("student");
    const successor = await refresh(session.refreshToken);
    clock.advance(30_001);
    expect(await refusalOf(refresh(session.refreshToken))).toMatchObject(unauthorized);
    expect(await refusalOf(refresh(successor.refreshToken))).toMatchObject(unauthorized);
    expect(await refusalOf(client.auth.me.query())).toMatchObject(unauthorized);
  });

  it("revokes the whole family when a token comes back after its successor was used", async () => {
    const { session } = await server.signIn("student");
    const second = await refresh(session.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(await refusalOf(refresh(session.refreshToken))).toMatchObject(unauthorized);
    expect(await refusalOf(refresh(third.refreshToken))).toMatchObject(unauthorized);
  });

  it("ends a session that nobody refreshed for 30 days", async () => {
    const { session } = await server.signIn("student");
    clock.advance(30 * 24 * 60 * 60 * 1000);
    expect(await refusalOf(refresh(session.refreshToken))).toMatchObject(unauthorized);
  });

  it.each(["", "nonsense", "0.1.2"])("refuses %j as a refresh token", async (token) => {
    expect(await refusalOf(refresh(token))).toMatchObject(unauthorized);
  });

  it("refuses a refresh token whose generation or session was changed", async () => {
    const { session } = await server.signIn("student");
    const [id = "", generation = "", mac = ""] = session.refreshToken.split(".");
    const otherId = `${id.startsWith("0") ? "1" : "0"}${id.slice(1)}`;
    expect(await refusalOf(refresh([id, Number(generation) + 1, mac].join(".")))).toMatchObject(unauthorized);
    expect(await refusalOf(refresh([otherId, generation, mac].join(".")))).toMatchObject(unauthorized);
    await refresh(session.refreshToken);
  });

  it("refuses access tokens at once after a sign-out here, and only this session's", async () => {
    const [left, other] = await Promise.all([server.signIn("student"), server.signIn("student")]);
    await left.client.auth.me.query();
    await left.client.auth.logout.mutate();
    expect(await refusalOf(left.client.auth.me.query())).toMatchObject(unauthorized);
    expect(await refusalOf(refresh(left.session.refreshToken))).toMatchObject(unauthorized);
    await other.client.auth.me.query();
  });

  it("refuses access tokens within a second after another node ended the session", async () => {
    const { session, client } = await server.signIn("student");
    await client.auth.me.query();
    const sessionId = session.refreshToken.split(".", 1)[0] ?? "";
    await createSessionStore().revoke(server.server.database.db, sessionId, "2026-11-22T10:00:00Z");
    clock.advance(500);
    expect(await refusalOf(client.auth.me.query())).toMatchObject(unauthorized);
  });

  it("signs a person out everywhere", async () => {
    const [one, two] = await Promise.all([server.signIn("student2"), server.signIn("student2")]);
    await two.client.auth.me.query();
    await one.client.auth.logout.mutate({ everywhere: true });
    expect(await refusalOf(one.client.auth.me.query())).toMatchObject(unauthorized);
    expect(await refusalOf(two.client.auth.me.query())).toMatchObject(unauthorized);
    expect(await refusalOf(refresh(two.session.refreshToken))).toMatchObject(unauthorized);
  });

  it("S36: answers 503 and never 401 when the session cannot be read", async () => {
    const { client } = await server.signIn("outsider");
    const select = vi.spyOn(server.server.database.db, "select").mockImplementation(() => {
      throw new TypeError("the wire is cut");
    });
    try {
      expect(await refusalOf(client.auth.me.query())).toMatchObject({ data: { code: "UNAVAILABLE", httpStatus: 503 } });
    } finally {
      select.mockRestore();
    }
    await client.auth.me.query();
  });

  it("refuses an access token once its time is over", async () => {
    const { client } = await server.signIn("tutor");
    clock.advance(900_000);
    expect(await refusalOf(client.auth.me.query())).toMatchObject(unauthorized);
  });

  it("writes no password and no token to the log", async () => {
    const { session } = await server.signIn("tutor");
    expect(server.log()).toContain("auth.login");
    for (const secret of ["tidemark-demo", session.accessToken, session.refreshToken]) {
      expect(server.log()).not.toContain(secret);
    }
  });
});

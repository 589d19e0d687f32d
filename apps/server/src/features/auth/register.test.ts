import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf, startTestServer, type TestServer } from "../../testing/test-server.ts";

describe("making an account", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const account = (change: object = {}) => ({
    email: `${randomUUID()}@tidemark.test`,
    password: "ten-chars!",
    name: "Ada Lovelace",
    ...change,
  });
  const register = (input: ReturnType<typeof account>) => server.client().auth.register.mutate(input);

  it("signs in at once, and the same password signs in later", async () => {
    const input = account({ email: ` Ada.${randomUUID()}@Tidemark.TEST ` });
    const email = input.email.trim().toLowerCase();
    const { user, accessToken, refreshToken } = await register(input);
    expect(user).toEqual({ id: user.id, email, name: "Ada Lovelace" });
    expect(await server.client(accessToken).auth.me.query()).toEqual(user);
    expect((await server.client().auth.refresh.mutate({ refreshToken })).user).toEqual(user);
    expect((await server.client().auth.login.mutate({ email, password: "ten-chars!" })).user).toEqual(user);
    expect((await server.client(accessToken).lessons.list.query()).items).toEqual([]);
  });

  it("sets the refresh cookie as a sign-in does", async () => {
    const response = await fetch(`${server.url}/trpc/auth.register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(account()),
    });
    expect(response.headers.getSetCookie().join()).toMatch(/^tidemark_refresh=.*HttpOnly; SameSite=Strict$/);
  });

  it("answers 409 for an address that has an account, in any case, and leaves that account alone", async () => {
    const input = account();
    const first = await register(input);
    const again = refusalOf(register({ ...input, email: input.email.toUpperCase(), password: "another-password" }));
    expect(await again).toMatchObject({ data: { code: "CONFLICT", httpStatus: 409 } });
    expect(await refusalOf(register({ ...input, email: "tutor@tidemark.test" }))).toMatchObject({
      data: { code: "CONFLICT" },
    });
    const { user } = await server.client().auth.login.mutate({ email: input.email, password: input.password });
    expect(user).toEqual(first.user);
  });

  it("makes one account of ten attempts at once", async () => {
    const input = account();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => register(input)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it.each([
    ["a password of nine characters", { password: "nine-char" }],
    ["a password without end", { password: "x".repeat(1001) }],
    ["half a surrogate pair in the password", { password: "long enough \ud800" }],
    ["a NUL in the password", { password: "long enough \0" }],
    ["no name", { name: "" }],
    ["a name of blanks", { name: "   " }],
    ["a name of 101 characters", { name: "x".repeat(101) }],
    ["a NUL in the name", { name: "A\0da" }],
    ["half a surrogate pair in the name", { name: "\ud800" }],
    ["an address that is none", { email: "ada" }],
    ["a line break in the address", { email: "ada@tidemark.test\r\nBcc: all@tidemark.test" }],
    ["a field that nobody asked for", { role: "admin" }],
  ])("refuses %s as 400", async (_what, change) => {
    expect(await refusalOf(register(account(change)))).toMatchObject({
      data: { code: "BAD_REQUEST", httpStatus: 400 },
    });
  });

  it("writes neither password nor address to the log", async () => {
    const input = account({ password: `secret ${randomUUID()}` });
    await register(input);
    await refusalOf(register(input));
    expect(server.log()).toContain("auth.register");
    expect(server.log()).not.toContain(input.password);
    expect(server.log()).not.toContain(input.email);
  });
});

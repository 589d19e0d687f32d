import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf, startTestServer, type TestServer } from "../../testing/test-server.ts";

const ISSUER = "https://school.example.org/";
const AUDIENCE = "tidemark-at-school";

/** An identity provider: it serves its public key, and signs what it is asked to. */
async function startProvider() {
  let { publicKey, privateKey } = await generateKeyPair("ES256");
  const publish = async (kid: string) => ({ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" });
  const keys = [await publish("one")];
  let reads = 0;
  const server: Server = createServer((_request, response) => {
    reads += 1;
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    keySetUrl: `http://127.0.0.1:${port}/keys`,
    reads: () => reads,
    /** From now on it signs with another key. */
    changeKey: async (kid: string) => {
      ({ publicKey, privateKey } = await generateKeyPair("ES256"));
      keys.push(await publish(kid));
    },
    sign: (payload: object, header: object = {}) =>
      new SignJWT({ iss: ISSUER, aud: AUDIENCE, ...payload })
        .setProtectedHeader({ alg: "ES256", kid: "one", typ: "at+jwt", ...header })
        .sign(privateKey),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const seconds = (fromNow = 0) => Math.floor(Date.now() / 1000) + fromNow;

describe("people who sign in at an outside provider", () => {
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let server: TestServer;
  beforeAll(async () => {
    provider = await startProvider();
    const env = { AUTH_JWKS_URL: provider.keySetUrl, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
    server = await startTestServer({ env });
  });
  afterAll(async () => {
    await server.stop();
    await provider.stop();
  });

  const good = (payload: object = {}) => ({ sub: "ada", iat: seconds(), exp: seconds(300), ...payload });
  const me = async (token: string) => server.client(token).auth.me.query();

  it("have an account by issuer and subject, the same one with every token", async () => {
    const first = await me(await provider.sign(good({ email: "ada@school.test", email_verified: true, name: "Ada" })));
    expect(first).toMatchObject({ email: "ada@school.test", name: "Ada" });
    expect(await me(await provider.sign(good({ email: "changed@school.test", email_verified: true })))).toEqual(first);
    expect((await me(await provider.sign(good({ sub: "ben" })))).id).not.toBe(first.id);
  });

  it("join the account of their mail address only where the provider has verified it", async () => {
    const student = (await server.signIn("student")).session.user;
    const email = "Student@tidemark.test";
    expect(await me(await provider.sign(good({ sub: "verified", email, email_verified: true })))).toEqual(student);
    for (const [sub, isVerified] of [
      ["unverified", false],
      ["unsaid", undefined],
    ] as const) {
      const stranger = await me(await provider.sign(good({ sub, email, email_verified: isVerified })));
      expect([stranger.id === student.id, stranger.email]).toEqual([
        false,
        expect.stringMatching(/@identity\.invalid$/),
      ]);
    }
  });

  it("make one account however many first calls come at once", async () => {
    const token = await provider.sign(good({ sub: "many", email: "many@school.test", email_verified: true }));
    const people = await Promise.all(Array.from({ length: 8 }, () => me(token)));
    expect(new Set(people.map(({ id }) => id)).size).toBe(1);
  });

  it("are signed out with the tokens that were made before, and come back with a new one", async () => {
    const old = await provider.sign(good({ sub: "leaver", iat: seconds(-10) }));
    const { id } = await me(old);
    await server.client(old).auth.logout.mutate();
    expect(await refusalOf(me(old))).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    expect((await me(await provider.sign(good({ sub: "leaver", iat: seconds(5) })))).id).toBe(id);
  });

  it("are signed out with a token that does not say when it was made", async () => {
    const token = await provider.sign(good({ sub: "timeless", iat: undefined }));
    await me(token);
    await server.client(token).auth.logout.mutate();
    expect(await refusalOf(me(token))).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    expect(await refusalOf(me(token))).toMatchObject({ data: { code: "UNAUTHORIZED" } });
  });

  it.each([
    ["another audience", { aud: "elsewhere" }, {}],
    ["no end", { exp: undefined }, {}],
    ["an end more than a day ahead", { exp: seconds(90_000) }, {}],
    ["an end that has passed", { exp: seconds(-10) }, {}],
    ["no subject", { sub: undefined }, {}],
    ["another type", {}, { typ: "logout+jwt" }],
    ["no type", {}, { typ: undefined }],
    ["a key that the provider does not have", {}, { kid: "two" }],
  ])("are refused with %s", async (_what, payload, header) => {
    const token = await provider.sign(good(payload), header);
    expect(await refusalOf(me(token))).toMatchObject({ data: { code: "UNAUTHORIZED", httpStatus: 401 } });
  });

  it("are refused with a token of our own form that claims to be the provider's", async () => {
    const token = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: "ada", exp: seconds(60) })
      .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: "one" })
      .sign(Buffer.from("a secret of at least thirty-two characters"));
    expect(await refusalOf(me(token))).toMatchObject({ data: { code: "UNAUTHORIZED" } });
  });

  it("are taken by a new key of the provider's within seconds, and made up keys do not have it asked each time", async () => {
    const changing = await startProvider();
    const env = { AUTH_JWKS_URL: changing.keySetUrl, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
    const other = await startTestServer({ env });
    try {
      const who = (token: string) => other.client(token).auth.me.query();
      const { id } = await who(await changing.sign(good()));
      await changing.changeKey("new");
      const renewed = await changing.sign(good(), { kid: "new" });
      await expect.poll(() => who(renewed).catch(() => undefined)).toMatchObject({ id });
      const before = changing.reads();
      const forged = await Promise.all(
        Array.from({ length: 50 }, (_, n) => changing.sign(good(), { kid: `none${n}` })),
      );
      const startedAt = performance.now();
      for (const token of forged) expect(await refusalOf(who(token))).toMatchObject({ data: { code: "UNAUTHORIZED" } });
      const secondsTaken = (performance.now() - startedAt) / 1000;
      expect(changing.reads() - before).toBeLessThanOrEqual(2 + secondsTaken);
    } finally {
      await other.stop();
      await changing.stop();
    }
  });

  it("S36: get 503 while the provider's keys cannot be read, and own sign-ins go on", async () => {
    const away = await startProvider();
    const env = { AUTH_JWKS_URL: away.keySetUrl, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
    const other = await startTestServer({ env });
    try {
      await away.stop();
      const token = await away.sign(good());
      expect(await refusalOf(other.client(token).auth.me.query())).toMatchObject({
        data: { code: "UNAVAILABLE", httpStatus: 503 },
      });
      const { client } = await other.signIn("tutor");
      expect(await client.auth.me.query()).toMatchObject({ email: "tutor@tidemark.test" });
    } finally {
      await other.stop();
    }
  });
});

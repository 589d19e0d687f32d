import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { keysFromPrivateKey, keysFromSecret, type ServerKeys } from "./server-keys.ts";

const user = { id: "019ab5a0-0000-7000-8000-000000000001", sessionId: "019ab5a0-0000-7000-8000-0000000000ff" };
const now = Date.parse("2026-11-22T10:00:00Z");
const nowSeconds = now / 1000;
const secretKeys = keysFromSecret("a secret of at least thirty-two characters");
const rsaPem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
const createTokens = (keys: ServerKeys = secretKeys) =>
  createAccessTokens({ keys, clock: createManualClock(now), lifetimeSeconds: 900 });
const refused = { code: "UNAUTHORIZED" };

const good = {
  header: { alg: "HS256", typ: "JWT" },
  payload: { iss: "tidemark", aud: "tidemark", sub: user.id, sid: user.sessionId, exp: nowSeconds + 60 },
};
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** A token signed with the server's own secret, whatever it says. */
function forge({ header = {}, payload = {} }: { header?: object; payload?: object }): string {
  const text = `${encode({ ...good.header, ...header })}.${encode({ ...good.payload, ...payload })}`;
  const mac = createHmac("sha256", "a secret of at least thirty-two characters").update(text).digest("base64url");
  return `${text}.${mac}`;
}

describe("access tokens", () => {
  it.each([
    ["HS256", secretKeys],
    ["RS256", keysFromPrivateKey(String(rsaPem))],
    [
      "ES256",
      keysFromPrivateKey(
        String(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" })),
      ),
    ],
    [
      "EdDSA",
      keysFromPrivateKey(String(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }))),
    ],
  ])("signed with %s name the person and the session", async (algorithm, keys) => {
    const tokens = createTokens(keys);
    const token = await tokens.issue(user);
    expect(JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())).toEqual({
      alg: algorithm,
      typ: "at+jwt",
    });
    expect(await tokens.verify(token)).toEqual(user);
  });

  it("are taken with the type JWT too", async () => {
    expect(await createTokens().verify(forge({}))).toEqual(user);
  });

  it.each([
    ["without a type", { header: { typ: undefined } }],
    ["of another type", { header: { typ: "logout+jwt" } }],
    ["with an unknown critical extension", { header: { crit: ["region"], region: "eu" } }],
    ["of another issuer", { payload: { iss: "evil" } }],
    ["without an issuer", { payload: { iss: undefined } }],
    ["for another audience", { payload: { aud: "evil" } }],
    ["without an audience", { payload: { aud: undefined } }],
    ["without an end", { payload: { exp: undefined } }],
    ["whose end is no number", { payload: { exp: "never" } }],
    ["whose end is more than a day ahead", { payload: { exp: nowSeconds + 86_401 } }],
    ["that has ended", { payload: { exp: nowSeconds - 1 } }],
    ["that is not in force yet", { payload: { nbf: nowSeconds + 60 } }],
    ["without a person", { payload: { sub: undefined } }],
    ["whose session is no id", { payload: { sid: "__proto__" } }],
  ])("%s are refused", async (_what, change) => {
    await expect(createTokens().verify(forge(change))).rejects.toMatchObject(refused);
  });

  it("that claim to need no signature are refused", async () => {
    const token = `${encode({ alg: "none", typ: "JWT" })}.${encode(good.payload)}.`;
    await expect(createTokens().verify(token)).rejects.toMatchObject(refused);
  });

  it("signed by HMAC with the public key are refused", async () => {
    const keys = keysFromPrivateKey(String(rsaPem));
    const publicPem = keys.verificationKey.export({ type: "spki", format: "pem" });
    const token = await new SignJWT(good.payload).setProtectedHeader(good.header).sign(Buffer.from(publicPem));
    await expect(createTokens(keys).verify(token)).rejects.toMatchObject(refused);
  });

  it("that bring their own key are refused", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const header = { alg: "ES256", typ: "JWT", jwk: publicKey.export({ format: "jwk" }), jku: "http://127.0.0.1/keys" };
    const token = await new SignJWT(good.payload).setProtectedHeader(header).sign(privateKey);
    await expect(createTokens().verify(token)).rejects.toMatchObject(refused);
  });

  it.each(["", "a.b.c", "x".repeat(100_000), "e30.".repeat(1000)])("nonsense is refused", async (token) => {
    await expect(createTokens().verify(token)).rejects.toMatchObject(refused);
  });
});

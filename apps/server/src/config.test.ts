import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { describeOptions, parseConfig } from "./config.ts";

const pem = (type: "ec" | "rsa" | "ed25519", options = {}) =>
  (generateKeyPairSync as (kind: string, settings: object) => ReturnType<typeof generateKeyPairSync>)(type, options)
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();

describe("configuration", () => {
  it("needs no variable at all", () => {
    const { config } = parseConfig({});
    expect(config).toMatchObject({
      PORT: 3000,
      DEMO: true,
      SYNC_POLL_INTERVAL: 2,
      ACCESS_TOKEN_TTL: 900,
      TRUST_PROXY: false,
    });
  });

  it("takes an empty variable for an unset one", () => {
    expect(parseConfig({ PORT: "", JWT_SECRET: "", DATABASE_URL: "" }).config).toEqual(parseConfig({}).config);
  });

  it("seeds the demo school unless DATABASE_URL is set or DEMO says otherwise", () => {
    const url = "postgres://localhost/x";
    const demo = (env: Record<string, string>) => parseConfig(env).config?.DEMO;
    expect([
      demo({}),
      demo({ DATABASE_URL: url }),
      demo({ DATABASE_URL: url, DEMO: "true" }),
      demo({ DEMO: "false" }),
    ]).toEqual([true, false, true, false]);
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "3000.5"],
    ["PORT", "1e3"],
    ["PORT", "NaN"],
    ["PORT", " 80"],
    ["PORT", "99999999999999999999"],
    ["HOST", "not a host"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["DATABASE_URL", "postgres"],
    ["DATABASE_POOL_SIZE", "0"],
    ["DATABASE_PREPARE", "yes"],
    ["REDIS_URL", "http://localhost:6379"],
    ["SMTP_URL", "mail.example.org:25"],
    ["PUBLIC_URL", "app.example.org"],
    ["PUBLIC_URL", "https://app.example.org/path"],
    ["ALLOWED_ORIGINS", "https://ok.example.org,evil"],
    ["TRUST_PROXY", "yes"],
    ["TRUST_PROXY", "10.0.0.0/33"],
    ["JWT_SECRET", "too short"],
    ["JWT_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    ["JWT_PRIVATE_KEY", pem("ec", { namedCurve: "secp384r1" })],
    ["AUTH_JWKS_URL", "http://login.example.org/jwks.json"],
    ["VAPID_PUBLIC_KEY", "abc"],
    ["VAPID_SUBJECT", "me"],
    ["PUSH_SUBSCRIPTION_TTL_DAYS", "1.5"],
    ["MAIL_FROM", "Me\r\nBcc: you@example.org"],
    ["ICE_SERVERS", "{}"],
    ["ICE_SERVERS", "nonsense"],
    ["TURN_URLS", "http://turn.example.org"],
    ["WEBRTC_SESSION_TTL", "-5"],
    ["WEBRTC_MAX_PARTICIPANTS", "1"],
    ["PRESENCE_HEARTBEAT", "90"],
    ["BOARD_SNAPSHOT_INTERVAL", "0"],
    ["TRACING_ENABLED", "1"],
    ["TRACING_SAMPLE_RATE", "1.5"],
    ["TRACING_SAMPLE_RATE", "NaN"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector"],
    ["OTEL_EXPORTER_ENDPOINT", "ftp://collector"],
    ["CSP_SCRIPT_SRC", "'self'; object-src *"],
    ["CSP_CONNECT_SRC", "a\nb"],
    ["CSP_REPORT_URI", "report"],
    ["HSTS_ENABLED", "on"],
    ["HSTS_MAX_AGE", "forever"],
    ["SECURITY_HEADERS", "loose"],
    ["JSON_SCHEMA_VALIDATION_ENABLED", "TRUE"],
    ["LOG_LEVEL", "loud"],
    ["RATE_LIMIT_PER_MINUTE", "Infinity"],
    ["RATE_LIMIT_LOGIN_PER_MINUTE", "ten"],
    ["WS_MAX_FRAME_BYTES", "1"],
    ["WS_MAX_SUBSCRIPTIONS", "0x10"],
    ["WS_FRAMES_PER_SECOND", "0"],
    ["MAX_SOCKETS_PER_USER", "-1"],
    ["MAX_SOCKETS_PER_ADDRESS", "many"],
    ["ACCESS_TOKEN_TTL", "86401"],
    ["SYNC_POLL_INTERVAL", "0"],
    ["DEMO", "maybe"],
  ])("refuses %s=%j with a line that begins with the variable's name", (name, value) => {
    const { problems = [] } = parseConfig({ [name]: value });
    expect(problems.filter((line) => line.startsWith(`${name}: `) && !line.includes("\n"))).toHaveLength(1);
  });

  it("tells every problem at once", () => {
    const { problems = [] } = parseConfig({ PORT: "x", DEMO: "y", JWT_SECRET: "z" });
    expect(problems.map((line) => line.split(":", 1)[0])).toEqual(["PORT", "JWT_SECRET", "DEMO"]);
  });

  it("never repeats a value that may be secret", () => {
    const { problems = [] } = parseConfig({
      JWT_SECRET: "hunter2",
      DATABASE_URL: "pg://me:hunter2@host/x",
      SMTP_URL: "hunter2",
    });
    expect(problems).toHaveLength(3);
    expect(problems.join("\n")).not.toContain("hunter2");
  });

  it.each([
    ["EC P-256", pem("ec", { namedCurve: "prime256v1" })],
    ["RSA 2048", pem("rsa", { modulusLength: 2048 })],
    ["Ed25519", pem("ed25519")],
  ])("takes a %s key, with line breaks written as \\n too", (_kind, key) => {
    expect(parseConfig({ JWT_PRIVATE_KEY: key.replaceAll("\n", String.raw`\n`) }).config?.JWT_PRIVATE_KEY).toBe(key);
  });

  it("refuses two keys, half a pair and a heartbeat that comes too late", () => {
    const names = (env: Record<string, string>) => parseConfig(env).problems?.map((line) => line.split(":", 1)[0]);
    expect(names({ JWT_SECRET: "x".repeat(32), JWT_PRIVATE_KEY: pem("ed25519") })).toEqual(["JWT_PRIVATE_KEY"]);
    expect(names({ TURN_URLS: "turn:turn.example.org" })).toEqual(["TURN_SECRET"]);
    expect(names({ AUTH_ISSUER: "https://login.example.org" })).toEqual(["AUTH_JWKS_URL", "AUTH_AUDIENCE"]);
    expect(names({ PRESENCE_TTL: "30" })).toEqual(["PRESENCE_HEARTBEAT"]);
  });

  it("documents every option", () => {
    expect(describeOptions().filter(({ description }) => description === "")).toEqual([]);
  });
});

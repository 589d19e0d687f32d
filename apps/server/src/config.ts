import { resolve, sep } from "node:path";
import * as z from "zod";
import {
  base64UrlBytes,
  boolean,
  contentSources,
  hostName,
  integer,
  keySetUrl,
  list,
  oneOf,
  origin,
  privateKeyPem,
  ratio,
  text,
  trustedProxies,
  url,
} from "./config-values.ts";

const DAY_SECONDS = 86_400;
const count = (fallback: number, max: number, min = 1) => integer({ min, max }).default(fallback);
const seconds = (fallback: number, max = DAY_SECONDS, min = 1) => integer({ min, max }).default(fallback);
const path = (fallback: string) =>
  text()
    .transform((value) => resolve(value))
    .default(resolve(fallback));

const iceServer = z.strictObject({
  urls: z.union([z.string().regex(/^(stun|turn)s?:/), z.array(z.string().regex(/^(stun|turn)s?:/)).min(1)]),
  username: z.string().optional(),
  credential: z.string().optional(),
});

/** What the server reads. All are optional; an empty one counts as unset. */
const inForce = {
  PORT: count(3000, 65_535, 0).describe("TCP port; 0 takes any free one, which the start prints"),
  HOST: hostName().default("localhost").describe("Address to listen on; 0.0.0.0 for every network"),
  DATA_DIR: path(".data").describe("Folder of the embedded database and of the keys that the server makes for itself"),
  DATABASE_URL: url(["postgres", "postgresql"], "postgres://user:password@host:5432/name")
    .optional()
    .describe("Postgres to use instead of the embedded database"),
  DATABASE_POOL_SIZE: count(10, 500).describe("Most connections to Postgres"),
  DATABASE_PREPARE: boolean(true).describe("Prepared statements; false behind PgBouncer in transaction mode"),
  PUBLIC_URL: origin().optional().describe("Where people reach the server, when that is not its own address"),
  ALLOWED_ORIGINS: list(origin()).default([]).describe("Further origins whose pages may call, comma-separated"),
  TRUST_PROXY: trustedProxies()
    .default(false)
    .describe("Whose X-Forwarded-* headers count: true for one proxy in front, or the proxies' addresses and networks"),

  JWT_SECRET: z
    .string()
    .min(32, { error: "must have at least 32 characters" })
    .max(4096, { error: "must have at most 4096 characters" })
    .optional()
    .describe(
      "HS256 key for access tokens, as UTF-8; neither this nor JWT_PRIVATE_KEY: one is made and kept in DATA_DIR",
    ),
  JWT_PRIVATE_KEY: privateKeyPem()
    .optional()
    .describe("PKCS8 PEM key for access tokens: ES256, RS256 or EdDSA by its kind"),
  ACCESS_TOKEN_TTL: seconds(900, DAY_SECONDS, 5).describe("Seconds an access token lasts"),
  AUTH_JWKS_URL: keySetUrl().optional().describe("Keys of an outside identity provider whose tokens are taken too"),
  AUTH_ISSUER: text().optional().describe("`iss` of that provider's tokens"),
  AUTH_AUDIENCE: text().optional().describe("`aud` of that provider's tokens"),

  PRESENCE_TTL: seconds(90, 3600, 2).describe("Seconds after which a silent person is offline"),

  LOG_LEVEL: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least severe log line that is written"),

  CSP_SCRIPT_SRC: contentSources().optional().describe("`script-src` of the Content Security Policy; unset: 'self'"),
  CSP_CONNECT_SRC: contentSources()
    .optional()
    .describe(
      "`connect-src` of the Content Security Policy; unset: 'self' wss: ws:, or 'self' where headers are strict",
    ),
  CSP_REPORT_URI: text()
    .refine((value) => /^\/[^\s;,]*$/.test(value) || /^https:\/\/[^\s;,]+$/.test(value), {
      error: "must be a path or an https URL",
    })
    .default("/api/csp-report/")
    .describe("Where browsers report violations of the policy"),
  HSTS_ENABLED: boolean(true).describe("Whether Strict-Transport-Security is sent"),
  HSTS_MAX_AGE: count(31_536_000, 63_072_000, 0).describe("Seconds browsers remember to use https"),
  SECURITY_HEADERS: oneOf(["default", "strict"])
    .default("default")
    .describe("Response headers: `strict` is the strictest that the demo runs under"),
  JSON_SCHEMA_VALIDATION_ENABLED: boolean(true).describe("Whether requests are checked against JSON_SCHEMA_DIR"),
  JSON_SCHEMA_DIR: text()
    .transform((value) => resolve(value))
    .optional()
    .describe("Folder of stricter JSON Schemas of your own, as `{name}.json`; unset: `schemas`, where it is there"),

  RATE_LIMIT_PER_MINUTE: count(1200, 1_000_000, 0).describe("Calls per person and procedure a minute; 0 = off"),
  RATE_LIMIT_LOGIN_PER_MINUTE: count(10, 1_000_000, 0).describe("Logins per mail address a minute; 0 = off"),
  SYNC_POLL_INTERVAL: seconds(2, 3600).describe("Seconds between a client's pulls while no wake-ups come"),
  DEMO: boolean(false).describe(
    "Whether the demo school is seeded, whose password is public; on unless DATABASE_URL is set",
  ),
};

/** Checked like the others, so that a deployment may name them, and read by nothing before their features are there. */
const planned = {
  REDIS_URL: url(["redis", "rediss"], "redis://host:6379")
    .optional()
    .describe("Redis that wakes the other nodes; one node needs none"),

  VAPID_PUBLIC_KEY: base64UrlBytes(65).optional().describe("Web push: public key"),
  VAPID_PRIVATE_KEY: base64UrlBytes(32).optional().describe("Web push: private key"),
  VAPID_SUBJECT: text()
    .refine((value) => /^(mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)$/.test(value), {
      error: "must be a mailto: address or an https URL",
    })
    .optional()
    .describe("Web push: whom a push service may ask"),
  PUSH_SUBSCRIPTION_TTL_DAYS: count(30, 3650).describe("Days after which an unused push subscription ends"),
  PUSH_ALLOWED_HOSTS: list(hostName()).optional().describe("The only push services to call; unset: any public one"),
  SMTP_URL: url(["smtp", "smtps"], "smtp://user:password@host:587")
    .optional()
    .describe("Mail server; without one, mail is written to DATA_DIR/outbox"),
  MAIL_FROM: text(320)
    .refine((value) => /^([^<>@]+<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+)$/.test(value), {
      error: "must be a mail address, such as Tidemark <no-reply@example.org>",
    })
    .default("Tidemark <no-reply@tidemark.test>")
    .describe("Sender of mail"),

  WEBRTC_SESSION_TTL: seconds(14_400, 7 * DAY_SECONDS).describe("Seconds a call lasts at most"),
  WEBRTC_MAX_PARTICIPANTS: count(10, 100, 2).describe("Most people in one call"),
  ICE_SERVERS: text(20_000)
    .transform((value, context) => parseJson(value, context))
    .pipe(z.array(iceServer, { error: "must be a JSON array of ICE servers" }).max(20))
    .default([])
    .describe("ICE servers as a JSON array of {urls, username?, credential?}"),
  TURN_SECRET: text(500)
    .min(8, { error: "must have at least 8 characters" })
    .optional()
    .describe("Secret shared with TURN"),
  TURN_URLS: list(text(500).regex(/^turns?:/, { error: "must be turn: or turns: URLs" }))
    .default([])
    .describe("TURN servers that take credentials made from TURN_SECRET"),
  PRESENCE_HEARTBEAT: seconds(30, 3600).describe("Seconds between heartbeats; below PRESENCE_TTL"),
  BOARD_SNAPSHOT_INTERVAL: seconds(30, 3600).describe("Seconds between snapshots of one board"),

  TRACING_ENABLED: boolean(false).describe("Whether traces are exported"),
  TRACING_SAMPLE_RATE: ratio().default(1).describe("Share of traces that is kept, 0 to 1"),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["http", "https"], "http://collector:4318").optional().describe("Where traces go"),
  OTEL_EXPORTER_ENDPOINT: url(["http", "https"], "http://collector:4318")
    .optional()
    .describe("The same, by its older name"),

  WS_MAX_FRAME_BYTES: count(262_144, 16_777_216, 1024).describe("Largest gateway frame, in bytes"),
  WS_MAX_SUBSCRIPTIONS: count(100, 10_000).describe("Most subscriptions of one socket"),
  WS_FRAMES_PER_SECOND: count(50, 100_000).describe("Frames one socket may send a second"),
  MAX_SOCKETS_PER_USER: count(20, 100_000).describe("Most sockets of one person"),
  MAX_SOCKETS_PER_ADDRESS: count(100, 1_000_000).describe("Most sockets of one IP address"),
};

/** Every option, under the name of its environment variable. */
const options = z.object({ ...inForce, ...planned });

export type Config = z.output<typeof options>;
export type Environment = Readonly<Record<string, string | undefined>>;
export type ConfigResult =
  | { readonly config: Config; readonly problems?: undefined }
  /** One line per problem, beginning with the variable's name. Values that may be secret are never repeated. */
  | { readonly config?: undefined; readonly problems: readonly string[] };

/** Reads the configuration; the process environment is read nowhere else. */
export function parseConfig(environment: Environment = process.env): ConfigResult {
  const given = Object.fromEntries(
    optionNames
      .map((name) => [name, environment[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = options.safeParse({ DEMO: String(given["DATABASE_URL"] === undefined), ...given });
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path: [name], message }) => `${String(name)}: ${message}`),
    ...checkTogether(new Set(Object.keys(given))),
  ];
  if (parsed.success && parsed.data.PRESENCE_HEARTBEAT >= parsed.data.PRESENCE_TTL) {
    problems.push("PRESENCE_HEARTBEAT: must be shorter than PRESENCE_TTL");
  }
  if (!parsed.success || problems.length > 0) return { problems: [...new Set(problems)] };
  return { config: parsed.data };
}

const optionNames = Object.keys(options.shape);

export interface OptionDescription {
  readonly name: string;
  /** What it is where no variable is set, as it would be written in one; absent where it is nothing. */
  readonly fallback: string | undefined;
  readonly description: string;
  /** False: it is checked, and read by nothing yet. */
  readonly isInForce: boolean;
}

/** Every option with what it does, for documentation. */
export function describeOptions(): readonly OptionDescription[] {
  const defaults = new Map<string, unknown>(Object.entries(parseConfig({}).config ?? {}));
  return Object.entries(options.shape).map(([name, schema]) => ({
    name,
    fallback: toText(defaults.get(name)),
    description: schema.description ?? "",
    isInForce: name in inForce,
  }));
}

function toText(value: unknown): string | undefined {
  // Folders are resolved by now, which says where this process runs and nothing of the option.
  if (typeof value === "string") return value.replace(`${resolve()}${sep}`, "");
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function checkTogether(given: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (given.has("JWT_SECRET") && given.has("JWT_PRIVATE_KEY")) {
    problems.push("JWT_PRIVATE_KEY: set it or JWT_SECRET, not both");
  }
  for (const group of [
    ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY"],
    ["AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"],
    ["TURN_URLS", "TURN_SECRET"],
  ]) {
    const missing = group.filter((name) => !given.has(name));
    if (missing.length === group.length) continue;
    for (const name of missing)
      problems.push(`${name}: is needed too, since ${group.filter((other) => given.has(other)).join(" and ")} is set`);
  }
  return problems;
}

function parseJson(value: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue({ code: "custom", message: "must be JSON" });
    return z.NEVER;
  }
}

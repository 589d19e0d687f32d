import { createPrivateKey } from "node:crypto";
import { isIP } from "node:net";
import * as z from "zod";

/** How configuration is written in environment variables: every schema here reads one text. */

const invalid = (expected: string) => ({ error: () => expected });

export const text = (max = 2000) =>
  z
    .string()
    .max(max, invalid(`must have at most ${max} characters`))
    .refine((value) => !hasControls(value), {
      error: "must not contain line breaks or other control characters",
      abort: true,
    });

export const boolean = (fallback: boolean) =>
  z
    .enum(["true", "false"], { error: ({ input }) => `must be true or false, not ${quote(input)}` })
    .transform((value) => value === "true")
    .default(fallback);

/** A whole number in decimal digits. Takes its unit from the option's description. */
export const integer = (limits: { readonly min: number; readonly max: number }) =>
  z
    .string()
    .refine((value) => /^\d{1,15}$/.test(value) && Number(value) >= limits.min && Number(value) <= limits.max, {
      error: ({ input }) => `must be a whole number from ${limits.min} to ${limits.max}, not ${quote(input)}`,
    })
    .transform(Number);

/** A decimal number from 0 to 1. */
export const ratio = () =>
  z
    .string()
    .refine((value) => /^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(value), {
      error: ({ input }) => `must be a number from 0 to 1, such as 0.25, not ${quote(input)}`,
    })
    .transform(Number);

export const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: ({ input }) => `must be one of ${names.join(", ")}, not ${quote(input)}` });

/** A URL of one of these schemes. It may hold a password, so no message repeats it. */
export const url = (schemes: readonly string[], example: string) =>
  text().refine((value) => isUrl(value, schemes), { error: `must be a URL such as ${example}` });

/** `https://app.example.org`: scheme, host and port, nothing behind. */
export const origin = () =>
  text()
    .refine(isOrigin, { error: "must be an origin such as https://app.example.org, without a path" })
    .transform((value) => new URL(value).origin);

/** Where tokens' keys are fetched: never in the clear over a network. */
export const keySetUrl = () =>
  url(["https", "http"], "https://login.example.org/jwks.json").refine(
    (value) => !URL.canParse(value) || new URL(value).protocol === "https:" || isLoopback(new URL(value).hostname),
    { error: "must be an https URL; http is taken on loopback only" },
  );

/** Comma-separated values, each checked by `item`. */
export const list = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  text(20_000)
    .transform((value) =>
      value
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    )
    .pipe(z.array(item).max(100, invalid("must have at most 100 entries")));

export const hostName = () =>
  text(253).refine((value) => isIP(value) > 0 || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(value), {
    error: "must be a host name or an IP address",
  });

/** An IP address or a network such as `10.0.0.0/8`. */
const network = () =>
  text(50).refine(
    (value) => {
      const [address = "", bits, ...rest] = value.split("/");
      const family = isIP(address);
      if (family === 0 || rest.length > 0) return false;
      return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
    },
    { error: "must be true, false, or IP addresses and networks such as 10.0.0.0/8" },
  );

/** `true` trusts the one proxy in front, a list trusts those addresses. */
export const trustedProxies = () =>
  z.union([z.enum(["true", "false"]).transform((value) => value === "true"), list(network())], {
    error: "must be true, false, or IP addresses and networks such as 10.0.0.0/8",
  });

/** Content Security Policy sources, separated by blanks or commas. */
export const contentSources = () =>
  text()
    .refine((value) => /^[\x21-\x3a\x3c-\x7e ]*$/.test(value), {
      error: "must be CSP sources such as 'self' https://cdn.example.org, without a semicolon",
    })
    .transform((value) => value.split(/[\s,]+/).filter((source) => source !== ""));

/** Bytes as base64url, as web push keys are written. */
export const base64UrlBytes = (length: number) =>
  text(200).refine((value) => /^[\w-]+=*$/.test(value) && Buffer.from(value, "base64url").length === length, {
    error: `must be ${length} bytes as base64url, as \`npx web-push generate-vapid-keys\` prints them`,
  });

/** PKCS8 PEM; line breaks may be written as `\n`. */
export const privateKeyPem = () =>
  z
    .string()
    .max(20_000, invalid("is too long for a private key"))
    .transform((value) => value.replaceAll(String.raw`\n`, "\n"))
    .refine(isSigningKey, {
      error: "must be a PKCS8 PEM private key: EC P-256, RSA of at least 2048 bits, or Ed25519",
    });

function isSigningKey(pem: string): boolean {
  if (!pem.includes("-----BEGIN PRIVATE KEY-----")) return false;
  try {
    const key = createPrivateKey(pem);
    const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType === "rsa") return modulusLength >= 2048;
    if (key.asymmetricKeyType === "ec") return namedCurve === "prime256v1";
    return key.asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

function isUrl(value: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(value)) return false;
  const parsed = new URL(value);
  return schemes.includes(parsed.protocol.slice(0, -1)) && value.includes("://") && parsed.hostname !== "";
}

function isOrigin(value: string): boolean {
  if (!isUrl(value, ["http", "https"])) return false;
  const { pathname, search, hash, username, password } = new URL(value);
  return pathname === "/" && search + hash + username + password === "";
}

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);

const hasControls = (value: string) => /[\u0000-\u001f\u007f]/.test(value);

const quote = (value: unknown) => JSON.stringify(String(value).slice(0, 40));

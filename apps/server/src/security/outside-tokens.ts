import { TidemarkError } from "@tidemark/api/server";
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import * as z from "zod";
import type { Clock } from "../platform/clock/clock.ts";
import { earliestIssue, isAccessTokenType, lastsTooLong, MAX_TOKEN_LENGTH } from "./token-rules.ts";

/** Signatures that a public key checks; a shared secret has no business in a key set. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const KEY_SET_TIMEOUT_MS = 3_000;
/** Whoever makes up key names must not have us ask the provider for each; whoever changes keys should not wait for long. */
const KEY_SET_COOLDOWN_MS = 1_000;

const claims = z.object({
  sub: z.string().min(1).max(500),
  exp: z.number(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
  email: z.string().max(254).optional(),
  email_verified: z.boolean().optional(),
  name: z.string().max(500).optional(),
});

/** What an outside identity provider says of a person. */
export interface OutsideClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Lower case; absent where the provider has not verified it. */
  readonly verifiedEmail: string | undefined;
  readonly name: string | undefined;
  /** When the token was made, in milliseconds since 1970; the earliest that it may have been where it does not say. */
  readonly issuedAt: number;
}

export interface OutsideTokens {
  /** Whether the token claims to be the provider's; nothing is verified yet. */
  claims(token: string): boolean;
  /** @throws TidemarkError `UNAUTHORIZED`, or `UNAVAILABLE` while the provider's keys cannot be read */
  verify(token: string): Promise<OutsideClaims>;
}

export interface OutsideTokenDeps {
  readonly keySetUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

/** Tokens of the provider that `AUTH_JWKS_URL` names. Keys are fetched when a token names an unknown one, and kept. */
export function createOutsideTokens({ keySetUrl, issuer, audience, clock }: OutsideTokenDeps): OutsideTokens {
  const keySet = createRemoteJWKSet(new URL(keySetUrl), {
    timeoutDuration: KEY_SET_TIMEOUT_MS,
    cooldownDuration: KEY_SET_COOLDOWN_MS,
  });
  return {
    claims(token) {
      if (token.length > MAX_TOKEN_LENGTH) return false;
      try {
        return decodeJwt(token).iss === issuer;
      } catch {
        // No token at all: our own check says so.
        return false;
      }
    },
    async verify(token) {
      const now = clock.now();
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keySet, {
          algorithms: ALGORITHMS,
          issuer,
          audience,
          requiredClaims: ["exp", "sub"],
          currentDate: new Date(now),
        });
        const { sub, exp, email, email_verified: isVerified, name, ...times } = claims.parse(payload);
        if (!isAccessTokenType(protectedHeader.typ) || lastsTooLong(exp, now)) throw invalidToken();
        const verifiedEmail = isVerified === true ? email?.toLowerCase() : undefined;
        // One that tells no time counts as old: taken for new, it would come back from every sign-out.
        const issuedAt = (times.iat ?? times.nbf ?? earliestIssue(exp)) * 1000;
        return { issuer, subject: sub, verifiedEmail, name, issuedAt };
      } catch (error) {
        if (error instanceof TidemarkError) throw error;
        throw isOfToken(error) ? invalidToken(error) : keysAway(error);
      }
    },
  };
}

/** A fault of the token, as against a key set that cannot be read: nobody is signed out for that. */
function isOfToken(error: unknown): boolean {
  if (error instanceof z.ZodError) return true;
  const isOfKeySet =
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || hasCode(error, "ERR_JOSE_GENERIC");
  return error instanceof errors.JOSEError && !isOfKeySet;
}

const hasCode = (error: unknown, code: string) => error instanceof errors.JOSEError && error.code === code;

const invalidToken = (cause?: unknown) =>
  new TidemarkError("UNAUTHORIZED", { message: "The identity provider's token is not valid or has ended.", cause });

const keysAway = (cause: unknown) =>
  new TidemarkError("UNAVAILABLE", {
    message: "The identity provider's keys cannot be read right now; try again in a moment.",
    retryAfterSeconds: 2,
    cause,
  });

import { TidemarkError, type AuthenticatedUser } from "@tidemark/api/server";
import { errors, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import type { Clock } from "../platform/clock/clock.ts";
import type { ServerKeys } from "./server-keys.ts";
import { isAccessTokenType, lastsTooLong, MAX_TOKEN_LENGTH } from "./token-rules.ts";

const ISSUER = "tidemark";
const AUDIENCE = "tidemark";

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.number() });

export interface AccessTokens {
  readonly lifetimeSeconds: number;
  issue(user: AuthenticatedUser): Promise<string>;
  /** @throws TidemarkError `UNAUTHORIZED` for everything that is not a token of ours in force now. */
  verify(token: string): Promise<AuthenticatedUser>;
}

/** Signed, short-lived proofs of who calls. The algorithm is ours to choose: what a token's header asks for is not. */
export function createAccessTokens({
  keys,
  clock,
  lifetimeSeconds,
}: {
  readonly keys: ServerKeys;
  readonly clock: Clock;
  readonly lifetimeSeconds: number;
}): AccessTokens {
  return {
    lifetimeSeconds,
    issue: async ({ id, sessionId }) => {
      const issuedAt = Math.floor(clock.now() / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: keys.algorithm, typ: "at+jwt" })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(id)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(keys.signingKey);
    },
    verify: async (token) => {
      if (token.length > MAX_TOKEN_LENGTH) throw invalidToken();
      const now = clock.now();
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys.verificationKey, {
          algorithms: [keys.algorithm],
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ["exp", "sub", "sid"],
          currentDate: new Date(now),
        });
        const { sub, sid, exp } = claims.parse(payload);
        if (!isAccessTokenType(protectedHeader.typ) || lastsTooLong(exp, now)) throw invalidToken();
        return { id: sub, sessionId: sid };
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw invalidToken(error);
        throw error;
      }
    },
  };
}

const invalidToken = (cause?: unknown) =>
  new TidemarkError("UNAUTHORIZED", { message: "The access token is not valid or has ended; sign in again.", cause });

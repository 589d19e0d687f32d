import { TidemarkError, type AuthenticatedUser } from "@tidemark/api/server";
import type { DomainMetrics } from "../../observability/metrics.ts";
import type { AccessTokens } from "../../security/access-tokens.ts";
import type { OutsideTokens } from "../../security/outside-tokens.ts";
import type { OutsideIdentities } from "./outside-identities.ts";
import type { SessionGuard } from "./session-guard.ts";

/**
 * Who sends this `Authorization` header; `null` without one.
 * @throws TidemarkError `UNAUTHORIZED`, `UNAVAILABLE`
 */
export type Authenticate = (authorization: string | undefined) => Promise<AuthenticatedUser | null>;

export function createAuthenticator({
  tokens,
  sessions,
  metrics,
  onAuthenticated,
  outside,
}: {
  readonly tokens: AccessTokens;
  readonly sessions: SessionGuard;
  readonly metrics: DomainMetrics;
  /** Hears of everybody who proved who they are. */
  readonly onAuthenticated: (user: AuthenticatedUser) => Promise<void>;
  /** An identity provider whose tokens are taken too. */
  readonly outside?: { readonly tokens: OutsideTokens; readonly identities: OutsideIdentities } | undefined;
}): Authenticate {
  const count = (result: string) => metrics.tokenOperations.inc({ operation: "verify", result });
  const identify = async (token: string): Promise<AuthenticatedUser> => {
    if (outside?.tokens.claims(token) !== true) return tokens.verify(token);
    return outside.identities.resolve(await outside.tokens.verify(token));
  };
  return async (authorization) => {
    if (authorization === undefined) return null;
    try {
      const user = await identify(bearerToken(authorization));
      if (!(await sessions.isInForce(user))) {
        throw new TidemarkError("UNAUTHORIZED", { message: "This session was ended; sign in again." });
      }
      count("ok");
      await onAuthenticated(user);
      return user;
    } catch (error) {
      count(error instanceof TidemarkError && error.code === "UNAUTHORIZED" ? "refused" : "error");
      throw error;
    }
  };
}

function bearerToken(authorization: string): string {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new TidemarkError("UNAUTHORIZED", { message: "Send the access token as `Authorization: Bearer …`." });
}

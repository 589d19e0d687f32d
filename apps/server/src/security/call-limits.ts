import { isIPv6 } from "node:net";
import { TidemarkError, type CallLimits } from "@tidemark/api/server";
import { WINDOW_SECONDS, type RateLimiter, type RateLimitState } from "../platform/rate-limiter/rate-limiter.ts";

/** Sign-ins and new accounts from one address: a school behind one router passes, a list of passwords does not. */
const SIGN_INS_PER_ADDRESS = 100;

export interface CallLimitSettings {
  /** Calls of one procedure by one person, or by one address where nobody is signed in; 0 = off. */
  readonly callsPerMinute: number;
  /** Sign-ins for one mail address; 0 = off, for one IP address too. */
  readonly signInsPerMinute: number;
}

export interface CallLimitDeps extends CallLimitSettings {
  readonly limiter: RateLimiter;
}

/** A limit that a call has just been counted by. */
export interface CountedLimit extends RateLimitState {
  readonly limit: number;
}

/** Makes the limits of one request, which tell `onCounted` of everything they count. */
export function createCallLimits({ limiter, callsPerMinute, signInsPerMinute }: CallLimitDeps) {
  return (address: string, onCounted: (counted: CountedLimit) => void): CallLimits => {
    let network: string | undefined;
    const from = (): string => (network ??= networkOf(address));

    async function count(key: string, limit: number): Promise<void> {
      if (limit === 0) return;
      const state = await limiter.consume(key, limit);
      onCounted({ ...state, limit });
      if (state.isAllowed) return;
      const retryAfterSeconds = Math.ceil(state.resetMs / 1000);
      throw new TidemarkError("TOO_MANY_REQUESTS", {
        message: `Too many calls: ${limit} a minute are taken. Try again in ${retryAfterSeconds} s.`,
        retryAfterSeconds,
      });
    }

    return {
      countCall: (procedure, userId) => count(`call ${procedure} ${userId ?? from()}`, callsPerMinute),
      async countSignIn(email) {
        if (signInsPerMinute === 0) return;
        // The address first: whoever guesses must not lock the person out who owns the mail address.
        await count(`sign-ins from ${from()}`, SIGN_INS_PER_ADDRESS);
        await count(`sign-ins of ${email}`, signInsPerMinute);
      },
    };
  };
}

export type CreateCallLimits = ReturnType<typeof createCallLimits>;

/** Whom an address stands for in limits: one subscriber has a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::", 2);
  const given = head === "" ? [] : head.split(":");
  const filled = tail === undefined ? given : [...given, "0", "0", "0", "0"];
  return `${filled.slice(0, 4).join(":")}::/64`;
}

/**
 * The headers of draft-ietf-httpapi-ratelimit-headers for the tightest of the limits that a request was counted by: a batch
 * counts each of its calls.
 */
export function rateLimitHeaders({ limit, remaining, resetMs }: CountedLimit): Readonly<Record<string, string>> {
  return {
    "ratelimit-policy": `"calls";q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `"calls";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
  };
}

import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpBatchLink, type TRPCClient } from "@trpc/client";
import type { AuthApi } from "./features/auth/auth-api.ts";
import type { AuthSession } from "./features/auth/auth-session.ts";

/** The server refuses larger batches before it runs any call of them. */
const MAX_BATCH_CALLS = 10;
/** A network that swallows packets must not hold the token lock of all tabs for ever. */
const AUTH_TIMEOUT_MS = 15_000;

interface AuthorizedFetchDeps {
  readonly auth: Pick<AuthSession, "accessToken">;
  readonly fetch: Fetch;
}

export type ApiClient = TRPCClient<AppRouter>;
export type Fetch = (url: URL | RequestInfo, init?: FetchInit) => Promise<Response>;
/** `RequestInit` as tRPC hands it over: it says `undefined` where the DOM types want the field left out. */
type FetchInit = Omit<RequestInit, "signal" | "body"> & {
  readonly signal?: AbortSignal | null | undefined;
  readonly body?: BodyInit | null | undefined;
};

/** The browser's own `fetch`, as the clients below take it. */
export const browserFetch: Fetch = (url, { signal = null, body = null, ...init } = {}) =>
  fetch(url, { ...init, signal, body });

/** Calls without a token, for signing in and renewing. */
export function createAuthApi(fetch: Fetch): AuthApi {
  const client = createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: "/trpc",
        maxItems: 1,
        fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(AUTH_TIMEOUT_MS) }),
        headers: ({ opList }) => {
          const token: unknown = opList[0].context["accessToken"];
          return typeof token === "string" ? { authorization: `Bearer ${token}` } : {};
        },
      }),
    ],
  });
  return {
    login: (credentials) => client.auth.login.mutate(credentials),
    register: (account) => client.auth.register.mutate(account),
    refresh: (refreshToken) => client.auth.refresh.mutate({ refreshToken }),
    logout: async (accessToken, { everywhere } = { everywhere: false }) => {
      await client.auth.logout.mutate({ everywhere }, { context: { accessToken } });
    },
  };
}

/** Calls as the signed-in person. Queries go by POST too: a cursor of many lessons does not fit a URL. */
export function createApiClient(deps: AuthorizedFetchDeps): ApiClient {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: "/trpc",
        maxItems: MAX_BATCH_CALLS,
        methodOverride: "POST",
        fetch: createAuthorizedFetch(deps),
      }),
    ],
  });
}

/** Adds the access token and, where the server refuses it, renews it and asks once more. */
export function createAuthorizedFetch({ auth, fetch }: AuthorizedFetchDeps): Fetch {
  return async (url, init) => {
    const token = await auth.accessToken();
    const answer = await fetch(url, withToken(init, token));
    if (answer.status !== 401 || token === undefined) return answer;
    const renewed = await auth.accessToken(token);
    return renewed === undefined ? answer : fetch(url, withToken(init, renewed));
  };
}

function withToken(init: FetchInit | undefined, token: string | undefined): FetchInit {
  const headers = new Headers(init?.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  return { ...init, headers };
}

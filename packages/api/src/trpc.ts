import { initTRPC, TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import * as z from "zod";
import type { AuthOperations, AuthenticatedUser } from "./auth/auth-operations.ts";
import type { ChatOperations } from "./chat/chat-operations.ts";
import { errorCatalogue, errorCodes, publicDetails, TidemarkError, type ErrorCode } from "./errors.ts";
import type { LessonsOperations } from "./lessons/lessons-operations.ts";
import type { PresenceOperations } from "./presence/presence-operations.ts";
import type { ProcedureMeta } from "./rest/rest-meta.ts";
import { describeIssues } from "./sync/standard-schema.ts";
import type { SyncOperations } from "./sync/sync-operations.ts";

/** The domain behind the routers; `compose.ts` of the server fills it. */
export interface Services {
  readonly auth: AuthOperations;
  readonly lessons: LessonsOperations;
  readonly chat: ChatOperations;
  readonly presence: PresenceOperations;
  readonly sync: SyncOperations;
}

export interface RequestContext {
  readonly requestId: string;
  readonly services: Services;
  /**
   * Verifies the request's bearer token; `null` without one.
   * @throws TidemarkError `UNAUTHORIZED` for a token that does not verify, `UNAVAILABLE` when the session cannot be read.
   */
  readonly authenticate: () => Promise<AuthenticatedUser | null>;
  /** The refresh cookie of browsers. */
  readonly refreshCookie: {
    read(): string | undefined;
    set(refreshToken: string): void;
    clear(): void;
  };
  /** Absent where nothing is limited. */
  readonly limits?: CallLimits;
}

/** How often people may call. Each counts what it is asked about and throws `TOO_MANY_REQUESTS` beyond its limit. */
export interface CallLimits {
  /** A call of a procedure by a person, or by this request's address where nobody is signed in. */
  countCall(procedure: string, userId: string | undefined): Promise<void>;
  /** An attempt to prove who one is, for this mail address and from this request's address. */
  countSignIn(email: string): Promise<void>;
}

const trpc = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => {
      const { code, message, details } = describeError(error);
      return {
        message,
        code: shape.code,
        data: {
          ...details,
          code,
          httpStatus: errorCatalogue[code].http,
          ...(shape.data.path === undefined ? {} : { path: shape.data.path }),
          requestId: ctx?.requestId ?? null,
        },
      };
    },
  });

export interface ErrorDescription {
  readonly code: ErrorCode;
  readonly message: string;
  /** Public fields of the error; `retryAfterSeconds` where trying again makes sense. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What may be told to a caller about an error: never a stack, never an unforeseen error's own message. */
export function describeError(error: TRPCError): ErrorDescription {
  const { cause } = error;
  if (cause instanceof TidemarkError) {
    return { code: cause.code, message: cause.message, details: publicDetails(cause) };
  }
  // A ZodError with any other code comes from our own data: that is our fault and not told.
  if (error.code === "BAD_REQUEST" && cause instanceof z.ZodError) {
    return { code: "BAD_REQUEST", message: `The input does not fit: ${describeIssues(cause.issues)}`, details: {} };
  }
  const code = codeOfTrpcError(error);
  return {
    code,
    message: code === "INTERNAL" ? "Something went wrong on our side; try again." : error.message,
    details: {},
  };
}

function codeOfTrpcError(error: TRPCError): ErrorCode {
  const status = getHTTPStatusCodeFromError(error);
  if (status === 409) return "CONFLICT";
  if (status === 400) return "BAD_REQUEST";
  const code = errorCodes.find((candidate) => errorCatalogue[candidate].http === status);
  return code ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL");
}

/** Gives errors of our catalogue their tRPC code, hence their HTTP status. */
const mapErrors = trpc.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof TidemarkError) {
    const { cause } = result.error;
    throw new TRPCError({ code: errorCatalogue[cause.code].trpc, message: cause.message, cause });
  }
  return result;
});

export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;
const anyProcedure = trpc.procedure.use(mapErrors);

export const publicProcedure = anyProcedure.use(async ({ ctx, path, next }) => {
  await ctx.limits?.countCall(path, undefined);
  return next();
});

/** Calls by signed-in people; `ctx.user` is who they proved to be. */
export const protectedProcedure = anyProcedure.use(async ({ ctx, path, next }) => {
  const user = await identify(ctx, path);
  await ctx.limits?.countCall(path, user.id);
  return next({ ctx: { user } });
});

/** Who calls. Calls by nobody count against the address that they come from. */
async function identify(
  {
    authenticate,
    limits,
  }: Pick<RequestContext, "authenticate"> & { readonly limits?: RequestContext["limits"] | undefined },
  path: string,
): Promise<AuthenticatedUser> {
  const { user, refusal } = await authenticate().then(
    (found) => ({ user: found, refusal: found === null ? signInFirst() : undefined }),
    (error: unknown) => ({ user: null, refusal: error }),
  );
  if (user !== null) return user;
  if (refusal instanceof TidemarkError && refusal.code === "UNAUTHORIZED") await limits?.countCall(path, undefined);
  throw refusal;
}

const signInFirst = () =>
  new TidemarkError("UNAUTHORIZED", { message: "Sign in first: send the access token as a bearer token." });

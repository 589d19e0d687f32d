import { initTRPC, TRPCError } from "@trpc/server";
import { errorCatalogue, TidemarkError } from "../errors.ts";
import type { SyncEngine } from "./sync-engine.ts";
import { formatSyncError } from "./format-sync-error.ts";
import type { SyncUser } from "./sync-policy.ts";
import { pullInput, pushInput } from "./sync-protocol.ts";

export interface SyncRouterDeps<Context extends object> {
  readonly engine: Pick<SyncEngine<unknown, unknown>, "push" | "pull">;
  /** Who is calling, as the request's context has proved it; `null` for nobody. */
  readonly userOf: (context: Context) => SyncUser | null | Promise<SyncUser | null>;
}

/**
 * `sync.push` and `sync.pull` for a tRPC app of one's own. Put it into the app's router under the name `sync`, and give the
 * app's tRPC `formatSyncError`, so that the client learns what the server decided.
 *
 * @example
 * const t = initTRPC.context<Context>().create({ errorFormatter: formatSyncError });
 * const appRouter = t.router({
 *   sync: createSyncRouter({ engine, userOf: (context: Context) => context.user }),
 * });
 */
export function createSyncRouter<Context extends object>({ engine, userOf }: SyncRouterDeps<Context>) {
  const trpc = initTRPC.context<object>().create({ isDev: false, errorFormatter: formatSyncError });
  const forUser = trpc.procedure.use(async ({ ctx, next }) => {
    // The app's router, of which this becomes a part, makes the context for all of its procedures.
    const user = await userOf(ctx as Context);
    if (user === null) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first." });
    const result = await next({ ctx: { user } });
    if (!result.ok && result.error.cause instanceof TidemarkError) throw toTrpcError(result.error.cause);
    return result;
  });
  return trpc.router({
    push: forUser.input(pushInput).mutation(({ ctx, input }) => engine.push(ctx.user, input)),
    pull: forUser.input(pullInput).query(({ ctx, input }) => engine.pull(ctx.user, input)),
  });
}

/** The same error with its tRPC code, hence its HTTP status. */
const toTrpcError = (cause: TidemarkError) =>
  new TRPCError({ code: errorCatalogue[cause.code].trpc, message: cause.message, cause });

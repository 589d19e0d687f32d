import { authRouter } from "./auth/auth-router.ts";
import { chatRouter } from "./chat/chat-router.ts";
import { lessonsRouter } from "./lessons/lessons-router.ts";
import { usersRouter } from "./presence/users-router.ts";
import { syncRouter } from "./sync/sync-router.ts";
import { createCallerFactory, router, type RequestContext } from "./trpc.ts";

export const appRouter = router({
  auth: authRouter,
  users: usersRouter,
  lessons: lessonsRouter,
  chat: chatRouter,
  sync: syncRouter,
});

export type AppRouter = typeof appRouter;

const createCaller = createCallerFactory(appRouter);

/**
 * Calls a procedure by its name, such as `chat.send`, through the same checks as over tRPC.
 * @throws TRPCError with a `TidemarkError` or the schema's complaint as its cause
 */
export async function callProcedure(context: RequestContext, name: string, input: unknown): Promise<unknown> {
  let found: unknown = createCaller(context);
  for (const key of name.split(".")) {
    found = typeof found === "object" || typeof found === "function" ? Reflect.get(found ?? {}, key) : undefined;
  }
  if (!isCallable(found)) throw new TypeError(`There is no procedure "${name}".`);
  return found(input);
}

function isCallable(value: unknown): value is (input: unknown) => Promise<unknown> {
  return typeof value === "function";
}

import { authRouter } from "./auth/auth-router.ts";
import { chatRouter } from "./chat/chat-router.ts";
import { lessonsRouter } from "./lessons/lessons-router.ts";
import { syncRouter } from "./sync/sync-router.ts";
import { router } from "./trpc.ts";

export const appRouter = router({
  auth: authRouter,
  lessons: lessonsRouter,
  chat: chatRouter,
  sync: syncRouter,
});

export type AppRouter = typeof appRouter;

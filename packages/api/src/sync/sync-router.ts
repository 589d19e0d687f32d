import { protectedProcedure, router } from "../trpc.ts";
import { pullInput, pushInput } from "./sync-protocol.ts";

export const syncRouter = router({
  push: protectedProcedure.input(pushInput).mutation(({ ctx, input }) => ctx.services.sync.push(ctx.user, input)),

  pull: protectedProcedure.input(pullInput).query(({ ctx, input }) => ctx.services.sync.pull(ctx.user, input)),
});

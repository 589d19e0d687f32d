import { protectedProcedure, router } from "../trpc.ts";
import { pullInput, pullOutput, pushInput, pushOutput } from "./sync-protocol.ts";

export const syncRouter = router({
  push: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/sync/push",
        tag: "sync",
        summary: "Apply a device's queued operations",
        description:
          "Every operation gets one verdict, in order; sent again, the same one. Only a malformed envelope is refused as a whole.",
        output: pushOutput,
      },
    })
    .input(pushInput)
    .mutation(({ ctx, input }) => ctx.services.sync.push(ctx.user, input)),

  pull: protectedProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/sync/pull",
        tag: "sync",
        summary: "Read what has changed since a cursor",
        description: "Without a cursor: everything that the person may read. Pull again while `hasMore`.",
        output: pullOutput,
        alsoByPost: true,
      },
    })
    .input(pullInput)
    .query(({ ctx, input }) => ctx.services.sync.pull(ctx.user, input)),
});

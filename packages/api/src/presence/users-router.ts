import { protectedProcedure, router } from "../trpc.ts";
import { onlineStatus, onlineStatusInput } from "./presence-contract.ts";

export const usersRouter = router({
  onlineStatus: protectedProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/users/online-status",
        tag: "users",
        summary: "Read who is here now",
        description:
          "Ids as `?ids=a,b` or repeated. Told of people who share a lesson with the caller; all others are false.",
        output: onlineStatus,
      },
    })
    .input(onlineStatusInput)
    .query(({ ctx, input }) => ctx.services.presence.onlineStatus(ctx.user, input)),
});

import { protectedProcedure, router } from "../trpc.ts";
import { lessonByIdInput, lessonsListInput } from "./lessons-contract.ts";

export const lessonsRouter = router({
  list: protectedProcedure
    .input(lessonsListInput)
    .query(({ ctx, input }) => ctx.services.lessons.list(ctx.user, input)),

  byId: protectedProcedure.input(lessonByIdInput).query(({ ctx, input }) => ctx.services.lessons.byId(ctx.user, input)),
});

import { protectedProcedure, router } from "../trpc.ts";
import {
  acceptInviteInput,
  inviteInput,
  lessonByIdInput,
  lessonCreateInput,
  lessonsListInput,
  lessonUpdateArgs,
  removeParticipantInput,
  setRoleInput,
} from "./lessons-contract.ts";

export const lessonsRouter = router({
  list: protectedProcedure
    .input(lessonsListInput)
    .query(({ ctx, input }) => ctx.services.lessons.list(ctx.user, input)),

  byId: protectedProcedure.input(lessonByIdInput).query(({ ctx, input }) => ctx.services.lessons.byId(ctx.user, input)),

  create: protectedProcedure
    .input(lessonCreateInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.create(ctx.user, input)),

  update: protectedProcedure
    .input(lessonUpdateArgs)
    .mutation(({ ctx, input }) => ctx.services.lessons.update(ctx.user, input)),

  invite: protectedProcedure
    .input(inviteInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.invite(ctx.user, input)),

  acceptInvite: protectedProcedure
    .input(acceptInviteInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.acceptInvite(ctx.user, input)),

  setRole: protectedProcedure
    .input(setRoleInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.setRole(ctx.user, input)),

  removeParticipant: protectedProcedure
    .input(removeParticipantInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.removeParticipant(ctx.user, input)),
});

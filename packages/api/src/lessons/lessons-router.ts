import { protectedProcedure, publicProcedure, router } from "../trpc.ts";
import {
  acceptInviteInput,
  invitationPreview,
  inviteInput,
  inviteOutput,
  lesson,
  lessonByIdInput,
  lessonCancelInput,
  lessonCreateInput,
  lessonDetails,
  lessonRescheduleInput,
  lessonSummary,
  lessonsListInput,
  lessonsListOutput,
  lessonUpdateArgs,
  participant,
  removeParticipantInput,
  setRoleInput,
} from "./lessons-contract.ts";

export const lessonsRouter = router({
  list: protectedProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/lessons",
        tag: "lessons",
        summary: "List the lessons that one is in, soonest first",
        output: lessonsListOutput,
      },
    })
    .input(lessonsListInput)
    .query(({ ctx, input }) => ctx.services.lessons.list(ctx.user, input)),

  byId: protectedProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/lessons/{id}",
        tag: "lessons",
        summary: "Read a lesson and who is in it",
        output: lessonDetails,
      },
    })
    .input(lessonByIdInput)
    .query(({ ctx, input }) => ctx.services.lessons.byId(ctx.user, input)),

  create: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/lessons",
        tag: "lessons",
        summary: "Create a lesson and be its host",
        description:
          "The caller may make the id, a UUIDv7. Sent again with the same id, it answers the same lesson as it stands.",
        output: lessonSummary,
      },
    })
    .input(lessonCreateInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.create(ctx.user, input)),

  update: protectedProcedure
    .meta({
      rest: {
        method: "PATCH",
        path: "/lessons/{id}",
        tag: "lessons",
        summary: "Change fields of a lesson",
        output: lesson,
      },
    })
    .input(lessonUpdateArgs)
    .mutation(({ ctx, input }) => ctx.services.lessons.update(ctx.user, input)),

  reschedule: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/lessons/{id}/reschedule",
        tag: "lessons",
        summary: "Give a lesson another start",
        output: lesson,
      },
    })
    .input(lessonRescheduleInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.reschedule(ctx.user, input)),

  cancel: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/lessons/{id}/cancel",
        tag: "lessons",
        summary: "Call a lesson off",
        output: lesson,
      },
    })
    .input(lessonCancelInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.cancel(ctx.user, input)),

  invite: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/lessons/{lessonId}/invitations",
        tag: "lessons",
        summary: "Invite somebody by mail address",
        description: "The token works for that address alone, once, for seven days.",
        output: inviteOutput,
      },
    })
    .input(inviteInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.invite(ctx.user, input)),

  // Not a query: a token does not belong into an address, which logs and histories keep.
  previewInvite: publicProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/invitations/preview",
        tag: "lessons",
        summary: "Read what an invitation is for",
        description:
          "For whoever holds the link, signed in or not. A token that is unknown, used or too old, or whose maker is no host any more, is not found.",
        output: invitationPreview,
        isPublic: true,
      },
    })
    .input(acceptInviteInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.previewInvite(input)),

  acceptInvite: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/invitations/accept",
        tag: "lessons",
        summary: "Accept an invitation",
        output: lessonSummary,
      },
    })
    .input(acceptInviteInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.acceptInvite(ctx.user, input)),

  setRole: protectedProcedure
    .meta({
      rest: {
        method: "PATCH",
        path: "/lessons/{lessonId}/participants/{userId}",
        tag: "lessons",
        summary: "Change the role of somebody in a lesson",
        output: participant,
      },
    })
    .input(setRoleInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.setRole(ctx.user, input)),

  removeParticipant: protectedProcedure
    .meta({
      rest: {
        method: "DELETE",
        path: "/lessons/{lessonId}/participants/{userId}",
        tag: "lessons",
        summary: "Remove somebody from a lesson, or oneself",
        output: removeParticipantInput,
      },
    })
    .input(removeParticipantInput)
    .mutation(({ ctx, input }) => ctx.services.lessons.removeParticipant(ctx.user, input)),
});

import { protectedProcedure, router } from "../trpc.ts";
import { chatDeleteArgs, chatEditArgs, chatHistoryInput, chatSendArgs } from "./chat-contract.ts";

export const chatRouter = router({
  send: protectedProcedure.input(chatSendArgs).mutation(({ ctx, input }) => ctx.services.chat.send(ctx.user, input)),

  edit: protectedProcedure.input(chatEditArgs).mutation(({ ctx, input }) => ctx.services.chat.edit(ctx.user, input)),

  delete: protectedProcedure
    .input(chatDeleteArgs)
    .mutation(({ ctx, input }) => ctx.services.chat.delete(ctx.user, input)),

  history: protectedProcedure
    .input(chatHistoryInput)
    .query(({ ctx, input }) => ctx.services.chat.history(ctx.user, input)),
});

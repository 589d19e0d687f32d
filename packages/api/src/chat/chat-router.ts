import * as z from "zod";
import { protectedProcedure, router } from "../trpc.ts";
import {
  chatDeleteArgs,
  chatEditArgs,
  chatHistoryInput,
  chatHistoryOutput,
  chatMessage,
  chatSendArgs,
} from "./chat-contract.ts";

export const chatRouter = router({
  send: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/chat/messages",
        tag: "chat",
        summary: "Send a message to a lesson",
        description: "The caller makes the id. Sent again with the same content, it answers the same message.",
        output: chatMessage,
      },
    })
    .input(chatSendArgs)
    .mutation(({ ctx, input }) => ctx.services.chat.send(ctx.user, input)),

  edit: protectedProcedure
    .meta({
      rest: {
        method: "PATCH",
        path: "/chat/messages/{id}",
        tag: "chat",
        summary: "Change the text of one's own message",
        output: chatMessage,
      },
    })
    .input(chatEditArgs)
    .mutation(({ ctx, input }) => ctx.services.chat.edit(ctx.user, input)),

  delete: protectedProcedure
    .meta({
      rest: {
        method: "DELETE",
        path: "/chat/messages/{id}",
        tag: "chat",
        summary: "Delete one's own message",
        output: z.object({ id: z.uuid() }),
      },
    })
    .input(chatDeleteArgs)
    .mutation(({ ctx, input }) => ctx.services.chat.delete(ctx.user, input)),

  history: protectedProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/chat/history",
        tag: "chat",
        summary: "Read a lesson's messages, newest first",
        output: chatHistoryOutput,
      },
    })
    .input(chatHistoryInput)
    .query(({ ctx, input }) => ctx.services.chat.history(ctx.user, input)),
});

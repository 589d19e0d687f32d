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
import { chatMarkReadArgs, readMark } from "./read-marks.ts";

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

  markRead: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/chat/read-marks",
        tag: "chat",
        summary: "Say how far one has read a lesson's chat",
        description:
          "`upTo` is the id of the newest message that was read, or a time: everything up to then. A mark only ever grows; the answer is the mark as it stands.",
        output: readMark,
      },
    })
    .input(chatMarkReadArgs)
    .mutation(({ ctx, input }) => ctx.services.chat.markRead(ctx.user, input)),

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

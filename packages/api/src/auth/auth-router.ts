import * as z from "zod";
import { TidemarkError } from "../errors.ts";
import { protectedProcedure, publicProcedure, router, type RequestContext } from "../trpc.ts";
import {
  loginInput,
  logoutInput,
  noInput,
  publicUser,
  refreshInput,
  registerInput,
  session,
  socketTicket,
  updateProfileInput,
  type Session,
} from "./auth-contract.ts";

export const authRouter = router({
  register: publicProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/auth/register",
        tag: "auth",
        summary: "Make an account and sign it in",
        output: session,
        isPublic: true,
      },
    })
    .input(registerInput)
    .mutation(async ({ ctx, input }) => {
      await ctx.limits?.countSignIn(input.email);
      return openSession(ctx, await ctx.services.auth.register(input));
    }),

  login: publicProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/auth/login",
        tag: "auth",
        summary: "Sign in",
        description: "The refresh token comes as an HttpOnly cookie too.",
        output: session,
        isPublic: true,
      },
    })
    .input(loginInput)
    .mutation(async ({ ctx, input }) => {
      await ctx.limits?.countSignIn(input.email);
      return openSession(ctx, await ctx.services.auth.login(input));
    }),

  refresh: publicProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/auth/refresh",
        tag: "auth",
        summary: "Renew a session",
        description:
          "Takes the token from the body or the cookie. Each token works once; again within 30 s it answers the same successor, later it ends the session.",
        output: session,
        isPublic: true,
      },
    })
    .input(refreshInput)
    .mutation(async ({ ctx, input }) => {
      const refreshToken = input.refreshToken ?? ctx.refreshCookie.read();
      if (refreshToken === undefined) {
        throw new TidemarkError("UNAUTHORIZED", {
          message: "There is no refresh token in the body or the cookie; sign in.",
        });
      }
      return openSession(ctx, await ctx.services.auth.refresh(refreshToken));
    }),

  logout: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/auth/logout",
        tag: "auth",
        summary: "End this session, or all of them",
        output: z.object({ ok: z.literal(true) }),
      },
    })
    .input(logoutInput)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.auth.logout(ctx.user, input);
      ctx.refreshCookie.clear();
      return { ok: true as const };
    }),

  me: protectedProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/auth/me",
        tag: "auth",
        summary: "Read who is signed in",
        output: publicUser,
      },
    })
    .input(noInput)
    .query(({ ctx }) => ctx.services.auth.me(ctx.user)),

  updateProfile: protectedProcedure
    .meta({
      rest: {
        method: "PATCH",
        path: "/auth/me",
        tag: "auth",
        summary: "Change one's own name",
        description: "Everybody in the lessons that one is in sees it, on every device.",
        output: publicUser,
      },
    })
    .input(updateProfileInput)
    .mutation(({ ctx, input }) => ctx.services.auth.updateProfile(ctx.user, input)),

  wsTicket: protectedProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/auth/ws-ticket",
        tag: "auth",
        summary: "Get a ticket for the URL of one socket",
        description: "Goes into the socket's URL as `?ticket=`. Works once, within 30 seconds.",
        output: socketTicket,
      },
    })
    .input(noInput)
    .mutation(({ ctx }) => ctx.services.auth.wsTicket(ctx.user)),
});

/** What a session begins or goes on with, whichever way somebody proved who they are. */
function openSession({ refreshCookie }: Pick<RequestContext, "refreshCookie">, opened: Session): Session {
  refreshCookie.set(opened.refreshToken);
  return opened;
}

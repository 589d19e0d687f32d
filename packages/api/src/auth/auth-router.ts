import { TidemarkError } from "../errors.ts";
import { protectedProcedure, publicProcedure, router } from "../trpc.ts";
import { loginInput, logoutInput, noInput, refreshInput, registerInput } from "./auth-contract.ts";

export const authRouter = router({
  register: publicProcedure.input(registerInput).mutation(async ({ ctx, input }) => {
    const session = await ctx.services.auth.register(input);
    ctx.refreshCookie.set(session.refreshToken);
    return session;
  }),

  login: publicProcedure.input(loginInput).mutation(async ({ ctx, input }) => {
    const session = await ctx.services.auth.login(input);
    ctx.refreshCookie.set(session.refreshToken);
    return session;
  }),

  refresh: publicProcedure.input(refreshInput).mutation(async ({ ctx, input }) => {
    const refreshToken = input.refreshToken ?? ctx.refreshCookie.read();
    if (refreshToken === undefined) {
      throw new TidemarkError("UNAUTHORIZED", {
        message: "There is no refresh token in the body or the cookie; sign in.",
      });
    }
    const session = await ctx.services.auth.refresh(refreshToken);
    ctx.refreshCookie.set(session.refreshToken);
    return session;
  }),

  logout: protectedProcedure.input(logoutInput).mutation(async ({ ctx, input }) => {
    await ctx.services.auth.logout(ctx.user, input);
    ctx.refreshCookie.clear();
    return { ok: true as const };
  }),

  me: protectedProcedure.input(noInput).query(({ ctx }) => ctx.services.auth.me(ctx.user)),
});

import * as z from "zod";

/** Refresh tokens travel in this HttpOnly cookie for browsers, besides the body. */
export const REFRESH_COOKIE = "tidemark_refresh";

const email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email({ error: "Enter a mail address, such as name@example.org" }).max(254));

export const publicUser = z.object({ id: z.uuid(), email: z.string(), name: z.string() });

export const session = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  /** Seconds until the access token ends. */
  expiresIn: z.int().positive(),
  user: publicUser,
});

export const loginInput = z.strictObject({ email, password: z.string().min(1).max(1000) });
export const refreshInput = z.strictObject({ refreshToken: z.string().max(1000).optional() }).default({});
export const logoutInput = z.strictObject({ everywhere: z.boolean().default(false) }).default({ everywhere: false });

export type PublicUser = z.infer<typeof publicUser>;
export type Session = z.infer<typeof session>;
export type LoginInput = z.infer<typeof loginInput>;
export type LogoutInput = z.infer<typeof logoutInput>;

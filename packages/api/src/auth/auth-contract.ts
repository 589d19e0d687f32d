import * as z from "zod";
import { cleanText, isoTime, mailAddress } from "../values.ts";

/** Refresh tokens travel in this HttpOnly cookie for browsers, besides the body. */
export const REFRESH_COOKIE = "tidemark_refresh";

export const MIN_PASSWORD_LENGTH = 10;
const MAX_PASSWORD_LENGTH = 1000;
/** Longest name of a person, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 100;

export const publicUser = z.object({ id: z.uuid(), email: z.string(), name: z.string() });

export const session = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  /** Seconds until the access token ends. */
  expiresIn: z.int().positive(),
  user: publicUser,
});

const personName = z
  .string()
  .trim()
  .pipe(cleanText({ min: 1, max: MAX_NAME_LENGTH }));

export const registerInput = z.strictObject({
  email: mailAddress,
  // Clean as other text is: every lone surrogate would be hashed as the same character.
  password: cleanText({ min: MIN_PASSWORD_LENGTH, max: MAX_PASSWORD_LENGTH }),
  name: personName,
});
/** What people may change of their own account. */
export const updateProfileInput = z.strictObject({ name: personName });
export const loginInput = z.strictObject({
  email: mailAddress,
  password: cleanText({ min: 1, max: MAX_PASSWORD_LENGTH }),
});
/** For procedures that take nothing: a field that is not known is refused here too. */
export const noInput = z.strictObject({}).optional();
export const refreshInput = z.strictObject({ refreshToken: z.string().max(1000).optional() }).default({});
export const logoutInput = z.strictObject({ everywhere: z.boolean().default(false) }).default({ everywhere: false });

export const socketTicket = z.object({ ticket: z.string(), expiresAt: isoTime });

export type SocketTicketAnswer = z.infer<typeof socketTicket>;
export type PublicUser = z.infer<typeof publicUser>;
export type Session = z.infer<typeof session>;
export type RegisterInput = z.infer<typeof registerInput>;
export type UpdateProfileInput = z.infer<typeof updateProfileInput>;
export type LoginInput = z.infer<typeof loginInput>;
export type LogoutInput = z.infer<typeof logoutInput>;

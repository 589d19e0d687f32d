/** What every access token has to keep to, whoever made it. */

/** Longer texts are refused unread; ours have about 400 characters. */
export const MAX_TOKEN_LENGTH = 8192;

const MAX_LIFETIME_SECONDS = 86_400;
const TOKEN_TYPES = new Set(["jwt", "at+jwt", "application/at+jwt"]);

/** Whether a JWT's header says that it is an access token: an ID token, say, is none. */
export const isAccessTokenType = (type: string | undefined): boolean => TOKEN_TYPES.has(type?.toLowerCase() ?? "");

/** Whether a token ends so late (`exp`, in seconds since 1970) that nobody would see it lost. `now` is in milliseconds. */
export const lastsTooLong = (exp: number, now: number): boolean => exp > now / 1000 + MAX_LIFETIME_SECONDS;

/** The earliest that a token which ends at `exp` may have been made; both in seconds since 1970. */
export const earliestIssue = (exp: number): number => exp - MAX_LIFETIME_SECONDS;

/**
 * A session that nobody renews ends after this long. The cookie of its refresh token lasts as long: one that went before
 * would sign people out who have a session still.
 */
export const SESSION_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

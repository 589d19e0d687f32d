import * as z from "zod";

/** ISO 8601 time in UTC, as every time on the wire. */
export const isoTime = z.iso.datetime();

/**
 * A time as the database gives it back, in microseconds: equal times are equal texts. Lies in the years 1970 to 2199, which
 * every clock and column can hold.
 */
export const storedTime = isoTime
  .refine((time) => time >= "1970" && time < "2200", { error: "Must lie in the years 1970 to 2199" })
  .transform((time) => {
    const [, second = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? [];
    return `${second}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
  });

/** An id as callers give it. Databases compare UUIDs, maps compare text: one spelling makes the two agree. */
export const uuid = z.uuid().toLowerCase();
export const uuidv7 = z.uuidv7().toLowerCase();

/** Text that every database and every JSON reader can hold: no NUL, no lone surrogate. */
export const cleanText = (limits: { readonly min: number; readonly max: number }) =>
  z
    .string()
    .min(limits.min)
    .max(limits.max)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), {
      error: "Contains a NUL or half of a surrogate pair; remove it",
    });

/** A mail address in the one spelling that accounts and invitations are compared by. */
export const mailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email({ error: "Enter a mail address, such as name@example.org" }).max(254));

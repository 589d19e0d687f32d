import * as z from "zod";

/** ISO 8601 time in UTC, as every time on the wire. */
export const isoTime = z.iso.datetime();

/** Text that every database and every JSON reader can hold: no NUL, no lone surrogate. */
export const cleanText = (limits: { readonly min: number; readonly max: number }) =>
  z
    .string()
    .min(limits.min)
    .max(limits.max)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), {
      error: "Contains a NUL or half of a surrogate pair; remove it",
    });

import * as z from "zod";

/** ISO 8601 time in UTC, as every time on the wire. */
export const isoTime = z.iso.datetime();

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

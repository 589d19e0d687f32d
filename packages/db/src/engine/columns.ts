import { bigint, customType } from "drizzle-orm/pg-core";

/**
 * Keys ordered by byte on every machine, whatever the locale: locks are taken in key order, and two nodes must agree on it.
 */
export const keyText = customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' });

/** A time in UTC as ISO text with six decimals, so that sorted text is sorted time. */
export const utcTime = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp (6) with time zone",
  fromDriver: toUtcText,
});

/** A 64-bit count that stays far below 2^53. */
export const count = (name: string) => bigint(name, { mode: "number" });

const POSTGRES_TIME = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\+00$/;

/** `2026-11-22 10:00:00.5+00`, as a session in UTC prints it, to `2026-11-22T10:00:00.500000Z`. */
export function toUtcText(text: string): string {
  const match = POSTGRES_TIME.exec(text);
  if (match === null) throw new TypeError(`"${text}" is no time of a session in UTC.`);
  const [, year, month, day, hour, minute, second, fraction = ""] = match;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(6, "0")}Z`;
}

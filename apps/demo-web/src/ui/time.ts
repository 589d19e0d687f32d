const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const dayOfOtherYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `14:05`, by the reader's own clock style. */
export const formatClockTime = (iso: string): string => clockTime.format(new Date(iso));

/** `Today`, `Yesterday`, `Tomorrow`, else the date; with the year where it is another. */
export function formatDay(iso: string, nowMs: number): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(date) - startOfDay(new Date(nowMs))) / DAY_MS);
  if (days === 0) return "Today";
  if (days === -1) return "Yesterday";
  if (days === 1) return "Tomorrow";
  return date.getFullYear() === new Date(nowMs).getFullYear() ? day.format(date) : dayOfOtherYear.format(date);
}

/** The local day that an ISO time falls on, as a key: `2026-11-22`. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

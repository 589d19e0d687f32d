const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Dates, ages and sizes as the chosen language writes them. */
export interface Formats {
  /** `now`, `12 sec. ago`, `3 min. ago`: how long before `nowMs` an ISO time was. Times ahead of it count as now. */
  age(iso: string, nowMs: number): string;
  /** `14:05`, by the reader's own clock style. */
  clockTime(iso: string): string;
  /** For tooltips: the whole time. */
  exactTime(iso: string): string;
  /** `Today`, `Yesterday`, `Tomorrow`, else the date; with the year where it is another. */
  day(iso: string, nowMs: number): string;
  /** What a date set as a block leaves to say of the day: `Today`, `Tomorrow`, `Thursday`; the year where it is another. */
  dayBesideDate(iso: string, nowMs: number): string;
  /** `30`: the day of the month, for a date set as a block. */
  dayOfMonth(iso: string): string;
  /** `Nov` */
  shortMonth(iso: string): string;
  number(value: number): string;
  /** `12 MB` */
  bytes(value: number): string;
  /** `42 ms`, `1.3 s` */
  milliseconds(value: number): string;
  /** `Anna, Boris and Vira` */
  list(items: readonly string[]): string;
}

interface DayFormats {
  readonly ofThisYear: Intl.DateTimeFormat;
  readonly ofAnother: Intl.DateTimeFormat;
}

/** @param tag such as `en-GB` or `uk` */
export function createFormats(tag: string): Formats {
  const relative = new Intl.RelativeTimeFormat(tag, { style: "short", numeric: "auto" });
  const relativeDay = new Intl.RelativeTimeFormat(tag, { style: "long", numeric: "auto" });
  const clockTime = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit" });
  const exactTime = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "medium" });
  const day = new Intl.DateTimeFormat(tag, { weekday: "long", day: "numeric", month: "long" });
  const dayOfOtherYear = new Intl.DateTimeFormat(tag, { day: "numeric", month: "long", year: "numeric" });
  const weekday = new Intl.DateTimeFormat(tag, { weekday: "long" });
  const year = new Intl.DateTimeFormat(tag, { year: "numeric" });
  const dayOfMonth = new Intl.DateTimeFormat(tag, { day: "numeric" });
  const shortMonth = new Intl.DateTimeFormat(tag, { month: "short" });
  const number = new Intl.NumberFormat(tag);
  const list = new Intl.ListFormat(tag);
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(tag) + text.slice(1);

  /** Near today by its name, else by what is written for a day of this year or of another. */
  function nameDay(iso: string, nowMs: number, { ofThisYear, ofAnother }: DayFormats): string {
    const date = new Date(iso);
    const days = Math.round((startOfDay(date) - startOfDay(new Date(nowMs))) / DAY_MS);
    if (Math.abs(days) <= 1) return capital(relativeDay.format(days, "day"));
    const isThisYear = date.getFullYear() === new Date(nowMs).getFullYear();
    return capital((isThisYear ? ofThisYear : ofAnother).format(date));
  }

  return {
    age(iso, nowMs) {
      const ageMs = Math.max(0, nowMs - Date.parse(iso));
      if (ageMs < MINUTE_MS) return relative.format(-Math.floor(ageMs / 1000), "second");
      if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), "minute");
      if (ageMs < DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), "hour");
      return relative.format(-Math.floor(ageMs / DAY_MS), "day");
    },
    clockTime: (iso) => clockTime.format(new Date(iso)),
    exactTime: (iso) => exactTime.format(new Date(iso)),
    day: (iso, nowMs) => nameDay(iso, nowMs, { ofThisYear: day, ofAnother: dayOfOtherYear }),
    dayBesideDate: (iso, nowMs) => nameDay(iso, nowMs, { ofThisYear: weekday, ofAnother: year }),
    dayOfMonth: (iso) => dayOfMonth.format(new Date(iso)),
    shortMonth: (iso) => shortMonth.format(new Date(iso)).replace(/\.$/u, ""),
    number: (value) => number.format(value),
    bytes: (value) => formatBytes(tag, value),
    milliseconds: (value) => formatDuration(tag, value),
    list: (items) => list.format(items),
  };
}

const UNITS = ["kilobyte", "megabyte", "gigabyte"] as const;

function formatBytes(tag: string, bytes: number): string {
  let [amount, step] = [bytes / 1000, 0];
  while (amount >= 1000 && step < UNITS.length - 1) [amount, step] = [amount / 1000, step + 1];
  const unit = UNITS[step] ?? "gigabyte";
  return new Intl.NumberFormat(tag, { style: "unit", unit, maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount);
}

function formatDuration(tag: string, ms: number): string {
  const [amount, unit] = ms < 1000 ? [Math.round(ms), "millisecond"] : [ms / 1000, "second"];
  return new Intl.NumberFormat(tag, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
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

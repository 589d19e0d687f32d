import { useNow } from "../../clock.ts";
import { useFormats } from "../../i18n/use-texts.tsx";

/** The date set as a leaf of a calendar, for the eye alone: it finds it before it reads. A `LessonTime` stands beside it. */
export function DateBlock({ startsAt, isNow = false }: { readonly startsAt: string; readonly isNow?: boolean }) {
  const formats = useFormats();
  const ground = isNow ? "bg-accent text-on-accent" : "bg-hover text-ink";
  return (
    <span
      aria-hidden="true"
      className={`flex size-12 shrink-0 flex-col items-center justify-center rounded-md leading-none ${ground}`}
    >
      <span className={`text-[0.6875rem] font-medium ${isNow ? "" : "text-muted"}`}>
        {formats.shortMonth(startsAt)}
      </span>
      <span className="mt-0.5 text-lg leading-5 font-semibold tabular-nums">{formats.dayOfMonth(startsAt)}</span>
    </span>
  );
}

/** What the block leaves to say; a screen reader hears the whole of it here. */
export function LessonTime({ startsAt }: { readonly startsAt: string }) {
  const formats = useFormats();
  const now = useNow(30_000);
  const clockTime = formats.clockTime(startsAt);
  return (
    <time dateTime={startsAt} className="sm:shrink-0">
      <span className="sr-only">
        {formats.day(startsAt, now)}, {clockTime}
      </span>
      <span aria-hidden="true">
        {formats.dayBesideDate(startsAt, now)}, {clockTime}
      </span>
    </time>
  );
}

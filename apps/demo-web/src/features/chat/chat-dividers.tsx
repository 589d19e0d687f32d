import { useNow } from "../../clock.ts";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";

/** The day that begins here, in the middle of a hairline. */
export function DayDivider({ at }: { readonly at: string }) {
  const formats = useFormats();
  const now = useNow(60_000);
  return (
    <div className="flex items-center gap-3 px-4 pt-5 pb-1 text-xs font-medium text-muted">
      <span className="h-px flex-1 bg-line" />
      <time dateTime={at}>{formats.day(at, now)}</time>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

/** Below it stands what the person has not read. */
export function UnreadDivider() {
  const texts = useTexts("chat");
  return (
    <div data-unread-divider="" className="flex items-center gap-3 px-4 pt-4">
      <span className="h-px flex-1 bg-accent/60" />
      <span className="rounded-full bg-accent-soft px-2.5 py-0.5 text-xs font-semibold text-accent">
        {texts.unreadDivider}
      </span>
      <span className="h-px flex-1 bg-accent/60" />
    </div>
  );
}

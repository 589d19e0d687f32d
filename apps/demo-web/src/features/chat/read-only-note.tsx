import { useTexts } from "../../i18n/use-texts.tsx";
import { EyeIcon } from "../../ui/icons.tsx";

/** In place of the message box, for people who only read; phrasing alone, so that it may stand in an `output`. */
export function ReadOnlyNote() {
  const texts = useTexts("chat");
  return (
    <span className="block overflow-hidden border-t border-line pt-3 sm:[scrollbar-gutter:stable] pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <span className="mx-auto block max-w-3xl px-4">
        <span className="flex items-center gap-3 rounded-lg bg-sunken px-4 py-3 text-sm text-pretty text-muted">
          <EyeIcon className="shrink-0" />
          {texts.readOnly}
        </span>
      </span>
    </span>
  );
}

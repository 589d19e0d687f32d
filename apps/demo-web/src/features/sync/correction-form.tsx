import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";

interface CorrectionFormProps {
  readonly text: string;
  readonly onSend: (text: string) => void;
  readonly onCancel: () => void;
}

/** Another text for a change that was refused. */
export function CorrectionForm({ text, onSend, onCancel }: CorrectionFormProps) {
  const [correction, setCorrection] = useState(text);
  const focus = useFocusOnMount();
  const texts = useTexts("sync");
  const corrected = correction.trim();
  return (
    <form
      className="mt-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (corrected !== "") onSend(corrected);
      }}
    >
      <textarea
        aria-label={texts.correctedText}
        ref={focus}
        rows={3}
        value={correction}
        onChange={(event) => setCorrection(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          // The panel stays open: only the correction is given up.
          event.stopPropagation();
          onCancel();
        }}
        className="block w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm focus-visible:outline-offset-0"
      />
      <div className="mt-2 flex gap-1.5">
        <Button type="submit" size="small" look="primary" disabled={corrected === ""}>
          {texts.sendAgain}
        </Button>
        <Button size="small" look="quiet" onClick={onCancel}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}

import type { Lesson } from "@tidemark/api/contracts";
import { useMutation } from "@tidemark/sync-client/react";
import { useState, type FormEvent } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { focusFirstInvalid } from "../../ui/focus-first-invalid.ts";
import { Notice } from "../../ui/notice.tsx";
import { describeWriteError } from "../sync/write-errors.ts";
import { changedFields } from "./changed-fields.ts";
import { isComplete, LessonFields } from "./lesson-fields.tsx";
import { toLocalInput } from "./lesson-times.ts";

export interface EditLessonDialogProps {
  readonly lesson: Lesson;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** Works offline: the change is an operation like any message. */
export function EditLessonDialog({ lesson, isOpen, onOpenChange }: EditLessonDialogProps) {
  const texts = useTexts("lessons");
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={texts.editTitle} description={texts.editText}>
      <EditLessonForm lesson={lesson} onEnd={() => onOpenChange(false)} />
    </Dialog>
  );
}

function EditLessonForm({ lesson, onEnd }: { readonly lesson: Lesson; readonly onEnd: () => void }) {
  const ui = useTexts("ui");
  const syncTexts = useTexts("sync");
  const update = useMutation("lesson.update");
  // As it was when the form opened: only what the person changed is sent, not what came from others meanwhile.
  const [before] = useState(lesson);
  const [draft, setDraft] = useState(() => ({
    title: lesson.title,
    startsAt: toLocalInput(lesson.startsAt),
    description: lesson.description,
    tags: lesson.tags.join(", "),
  }));
  const [showsErrors, setShowsErrors] = useState(false);
  const [error, setError] = useState<string>();

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setShowsErrors(true);
    if (!isComplete(draft)) {
      focusFirstInvalid(event.currentTarget);
      return;
    }
    const fields = changedFields(before, draft);
    try {
      if (Object.keys(fields).length > 0) await update({ id: lesson.id, ...fields });
      onEnd();
    } catch (failure) {
      setError(describeWriteError(failure, syncTexts));
    }
  }

  return (
    <form noValidate onSubmit={(event) => void save(event)}>
      {error === undefined ? null : (
        <div className="mb-4">
          <Notice tone="danger">{error}</Notice>
        </div>
      )}
      <LessonFields draft={draft} onDraft={setDraft} showsErrors={showsErrors} />
      <DialogActions>
        <Button onClick={onEnd}>{ui.cancel}</Button>
        <Button type="submit" look="primary">
          {ui.save}
        </Button>
      </DialogActions>
    </form>
  );
}

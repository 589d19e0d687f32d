import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { systemClock } from "../../clock.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { isComplete, LessonFields, type LessonDraft } from "./lesson-fields.tsx";
import { fromLocalInput, parseTags, proposeStart, toLocalInput } from "./lesson-times.ts";
import { useLessonCall } from "./use-lesson-call.ts";

export interface CreateLessonDialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

export function CreateLessonDialog({ isOpen, onOpenChange }: CreateLessonDialogProps) {
  const texts = useTexts("lessons");
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={texts.createTitle} description={texts.createText}>
      <CreateLessonForm onCancel={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** Made anew with each opening, so that it starts empty. */
function CreateLessonForm({ onCancel }: { readonly onCancel: () => void }) {
  const texts = useTexts("lessons");
  const ui = useTexts("ui");
  const call = useLessonCall();
  const navigate = useNavigate();
  const [showsErrors, setShowsErrors] = useState(false);
  const [draft, setDraft] = useState<LessonDraft>(() => ({
    title: "",
    startsAt: toLocalInput(proposeStart(systemClock.now())),
    description: "",
    tags: "",
  }));

  async function create(event: FormEvent) {
    event.preventDefault();
    setShowsErrors(true);
    const startsAt = fromLocalInput(draft.startsAt);
    if (!isComplete(draft) || startsAt === undefined || call.isBusy) return;
    let lessonId = "";
    const isDone = await call.run(async (api) => {
      const { id } = await api.lessons.create.mutate({ title: draft.title.trim(), startsAt });
      lessonId = id;
      const [description, tags] = [draft.description.trim(), parseTags(draft.tags)];
      if (description === "" && tags.length === 0) return;
      await api.lessons.update.mutate({
        id,
        ...(description === "" ? {} : { description }),
        ...(tags.length === 0 ? {} : { tags }),
      });
    });
    if (isDone) await navigate({ to: "/lessons/$lessonId", params: { lessonId } });
  }

  return (
    <form noValidate onSubmit={(event) => void create(event)}>
      {call.isOffline || call.error !== undefined ? (
        <div className="mb-4">
          <Notice tone={call.isOffline ? "warning" : "danger"}>
            {call.isOffline ? texts.offlineHint : call.error}
          </Notice>
        </div>
      ) : null}
      <LessonFields draft={draft} onDraft={setDraft} showsErrors={showsErrors} />
      <DialogActions>
        <Button onClick={onCancel}>{ui.cancel}</Button>
        <Button type="submit" look="primary" isBusy={call.isBusy} disabled={call.isOffline}>
          {texts.create}
        </Button>
      </DialogActions>
    </form>
  );
}

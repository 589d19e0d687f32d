import { newId } from "@tidemark/sync-client";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import { systemClock } from "../../clock.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { focusFirstInvalid } from "../../ui/focus-first-invalid.ts";
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
  // One for all tries: a lesson that was made, though its answer was lost, is not made again.
  const [lessonId] = useState(newId);
  const hasTried = useRef(false);
  const [draft, setDraft] = useState<LessonDraft>(() => ({
    title: "",
    startsAt: toLocalInput(proposeStart(systemClock.now())),
    description: "",
    tags: "",
  }));

  async function create(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setShowsErrors(true);
    if (!isComplete(draft)) focusFirstInvalid(event.currentTarget);
    const startsAt = fromLocalInput(draft.startsAt);
    if (!isComplete(draft) || startsAt === undefined || call.isBusy) return;
    const [title, description, tags] = [draft.title.trim(), draft.description.trim(), parseTags(draft.tags)];
    // What a try before this one made has what stood in the form then.
    const rest = hasTried.current
      ? { title, startsAt, description, tags }
      : { ...(description === "" ? {} : { description }), ...(tags.length === 0 ? {} : { tags }) };
    hasTried.current = true;
    const problem = await call.run(async (api) => {
      await api.lessons.create.mutate({ id: lessonId, title, startsAt });
      if (Object.keys(rest).length > 0) await api.lessons.update.mutate({ id: lessonId, ...rest });
    });
    if (problem === undefined) await navigate({ to: "/lessons/$lessonId", params: { lessonId } });
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

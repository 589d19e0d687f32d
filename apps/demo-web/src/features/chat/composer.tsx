import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";
import { newId } from "@tidemark/sync-client";
import { useMutation } from "@tidemark/sync-client/react";
import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { SendIcon } from "../../ui/icons.tsx";
import { describeWriteError } from "../sync/write-errors.ts";
import { LengthCounter } from "./length-counter.tsx";
import { MessageBox } from "./message-box.tsx";
import { shownLength } from "./shown-length.ts";
import { useDraft } from "./use-draft.ts";

export interface ComposerHandle {
  focus(): void;
  /** Adds the words of a message that was deleted while it was edited to what is begun here, and says so. */
  takeOver(words: string): void;
}

export interface ComposerProps {
  readonly lessonId: string;
  readonly userId: string;
  /** Arrow up in the empty box. */
  readonly onEditLast: () => void;
  readonly ref: Ref<ComposerHandle>;
}

/** A role may be taken away while somebody writes. */
const toLog = focusHeir<HTMLDivElement>((gone) => gone.closest("section")?.querySelector<HTMLElement>("[role=log]"));

/** Where a message is written. The draft outlives reloads; a sent message is on disk before the draft is dropped. */
export function Composer({ lessonId, userId, onEditLast, ref }: ComposerProps) {
  const texts = useTexts("chat");
  const syncTexts = useTexts("sync");
  const send = useMutation("chat.send");
  const { kept, change, empty, keep, latest } = useDraft({ lessonId, userId });
  const [length, setLength] = useState(() => shownLength(kept));
  const [error, setError] = useState<string>();
  const [note, setNote] = useState<string>();
  const box = useRef<HTMLTextAreaElement>(null);
  const isTooLong = length > MAX_MESSAGE_LENGTH;

  function write(text: string) {
    change(text);
    setLength(shownLength(text));
  }

  function fill(text: string) {
    if (box.current !== null) box.current.value = text;
    setLength(shownLength(text));
  }

  useImperativeHandle(ref, () => ({
    focus: () => box.current?.focus(),
    takeOver(words) {
      setNote(words === "" ? texts.editedGone : texts.editedGoneKept);
      if (words === "") return;
      const begun = latest().trimEnd();
      const text = begun === "" ? words : `${begun}\n${words}`;
      change(text);
      keep();
      fill(text);
    },
  }));

  async function submit() {
    const written = latest().trim();
    if (written === "" || isTooLong) return;
    empty();
    fill("");
    setError(undefined);
    setNote(undefined);
    try {
      await send({ id: newId(), lessonId, text: written });
      keep();
    } catch (failure) {
      setError(describeWriteError(failure, syncTexts));
      // Unless they have begun to write something else.
      if (latest() !== "") return;
      change(written);
      fill(written);
    }
  }

  return (
    <div
      ref={toLog}
      // Nothing that happens in it moves or paints what is around it, but for its height.
      className="overflow-hidden border-t border-line bg-canvas pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] contain-content group-data-keyboard/app:pb-3 sm:[scrollbar-gutter:stable]"
    >
      <div className="mx-auto max-w-3xl px-4">
        {error === undefined ? null : (
          <p role="alert" className="mb-2 text-sm text-danger">
            {error}
          </p>
        )}
        {/* There from the start: a live region that comes with its text is mute. */}
        <output className="block text-sm text-pretty text-muted not-empty:mb-2">{note}</output>
        <div className="relative">
          <MessageBox
            ref={box}
            label={texts.message}
            placeholder={texts.placeholder}
            initialText={kept}
            onText={write}
            onEnter={() => void submit()}
            onArrowUp={onEditLast}
            isInvalid={isTooLong}
            className="pr-13"
          />
          <button
            type="button"
            aria-label={texts.send}
            title={texts.sendHint}
            disabled={length === 0 || isTooLong}
            // Keeps the focus, and with it a phone's keyboard, in the box.
            onPointerDown={(event) => event.preventDefault()}
            onClick={({ currentTarget }) => {
              // Pressed by a key it has the focus, and is about to have nothing more to send.
              if (currentTarget === document.activeElement) box.current?.focus();
              void submit();
            }}
            className="absolute right-1 bottom-1 flex size-9 items-center justify-center rounded-md bg-accent text-on-accent transition-colors hover:bg-accent-strong disabled:cursor-default disabled:bg-transparent disabled:text-line-strong pointer-coarse:size-10"
          >
            <SendIcon />
          </button>
        </div>
        <div className="mt-1 flex empty:hidden">{length < 1 ? null : <LengthCounter length={length} />}</div>
      </div>
    </div>
  );
}

import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";
import { newId } from "@tidemark/sync-client";
import { useMutation } from "@tidemark/sync-client/react";
import { useState, type RefObject } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { SendIcon } from "../../ui/icons.tsx";
import { describeWriteError } from "../sync/write-errors.ts";
import { LengthCounter } from "./length-counter.tsx";
import { MessageBox } from "./message-box.tsx";
import { shownLength } from "./shown-length.ts";
import { useDraft } from "./use-draft.ts";
import { useKeyboardInset } from "./use-keyboard-inset.ts";

export interface ComposerProps {
  readonly lessonId: string;
  readonly userId: string;
  /** Arrow up in the empty box. */
  readonly onEditLast: () => void;
  readonly ref: RefObject<HTMLTextAreaElement | null>;
}

/** Where a message is written. The draft outlives reloads; a sent message is on disk before the draft is dropped. */
export function Composer({ lessonId, userId, onEditLast, ref }: ComposerProps) {
  const texts = useTexts("chat");
  const syncTexts = useTexts("sync");
  const send = useMutation("chat.send");
  const { kept, change, empty, keep, latest } = useDraft({ lessonId, userId });
  const [length, setLength] = useState(() => shownLength(kept));
  const [error, setError] = useState<string>();
  const keyboardInset = useKeyboardInset();
  const isTooLong = length > MAX_MESSAGE_LENGTH;

  function write(text: string) {
    change(text);
    setLength(shownLength(text));
  }

  function fill(text: string) {
    if (ref.current !== null) ref.current.value = text;
    setLength(shownLength(text));
  }

  async function submit() {
    const written = latest().trim();
    if (written === "" || isTooLong) return;
    empty();
    fill("");
    setError(undefined);
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
      // Nothing that happens in it moves or paints what is around it, but for its height.
      className="overflow-hidden border-t border-line bg-canvas pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] contain-content sm:[scrollbar-gutter:stable]"
      style={keyboardInset === 0 ? undefined : { paddingBottom: `calc(${keyboardInset}px + 0.75rem)` }}
    >
      <div className="mx-auto max-w-3xl px-4">
        {error === undefined ? null : (
          <p role="alert" className="mb-2 text-sm text-danger">
            {error}
          </p>
        )}
        <div className="relative">
          <MessageBox
            ref={ref}
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
            onClick={() => void submit()}
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

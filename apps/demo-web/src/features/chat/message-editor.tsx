import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";
import { useMutation } from "@tidemark/sync-client/react";
import { useState, type RefObject } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { describeWriteError } from "../sync/write-errors.ts";
import type { ChatRow } from "./chat-row.ts";
import { LengthCounter } from "./length-counter.tsx";
import { MessageBox } from "./message-box.tsx";

export interface MessageEditorProps {
  readonly row: ChatRow;
  /** Filled with what the person has typed, for whoever has to know when the message is gone; empty while it is the same. */
  readonly words: RefObject<string>;
  readonly onEnd: () => void;
}

/** Edits a message in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ row, words, onEnd }: MessageEditorProps) {
  const texts = useTexts("chat");
  const syncTexts = useTexts("sync");
  const editMessage = useMutation("chat.edit");
  const focus = useFocusOnMount();
  const [text, setText] = useState(row.text);
  const [error, setError] = useState<string>();
  const edited = text.trim();
  const isTooLong = edited.length > MAX_MESSAGE_LENGTH;

  function write(next: string) {
    words.current = next.trim() === row.text ? "" : next.trim();
    setText(next);
  }

  async function save() {
    if (isTooLong) return;
    if (edited === "" || edited === row.text) return onEnd();
    try {
      await editMessage({ id: row.id, text: edited });
      onEnd();
    } catch (failure) {
      setError(describeWriteError(failure, syncTexts));
    }
  }

  return (
    <div className="py-1">
      <MessageBox
        ref={focus}
        label={texts.editMessage}
        initialText={row.text}
        onText={write}
        onEnter={() => void save()}
        onEscape={onEnd}
        isInvalid={isTooLong}
      />
      {error === undefined ? null : (
        <p role="alert" className="mt-1 text-sm text-danger">
          {error}
        </p>
      )}
      <div className="mt-2 flex items-center gap-2">
        <Button size="small" look="primary" disabled={isTooLong} onClick={() => void save()}>
          {texts.save}
        </Button>
        <Button size="small" look="quiet" onClick={onEnd}>
          {texts.cancel}
        </Button>
        <LengthCounter length={edited.length} />
      </div>
    </div>
  );
}

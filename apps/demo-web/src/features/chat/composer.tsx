import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";
import { newId } from "@tidemark/sync-client";
import { useMutation } from "@tidemark/sync-client/react";
import { useMemo, useRef, useState } from "react";
import { SendIcon } from "../../ui/icons.tsx";
import { describeWriteError } from "../sync/write-errors.ts";
import { browserStorage, createDraftStore } from "./draft-store.ts";
import { MessageBox } from "./message-box.tsx";

/** Where a message is written. The draft outlives reloads; a sent message is on disk before the draft is dropped. */
export function Composer({ lessonId, userId }: { readonly lessonId: string; readonly userId: string }) {
  const send = useMutation("chat.send");
  const drafts = useMemo(() => createDraftStore({ storage: browserStorage(), userId }), [userId]);
  const [text, setText] = useState(() => drafts.read(lessonId));
  const latestText = useRef(text);
  const [error, setError] = useState<string>();
  const excess = text.trim().length - MAX_MESSAGE_LENGTH;

  function change(next: string) {
    latestText.current = next;
    setText(next);
    drafts.write(lessonId, next);
  }

  async function submit() {
    const written = text.trim();
    if (written === "" || excess > 0) return;
    latestText.current = "";
    setText("");
    setError(undefined);
    try {
      await send({ id: newId(), lessonId, text: written });
      drafts.write(lessonId, latestText.current);
    } catch (failure) {
      setError(describeWriteError(failure));
      if (latestText.current === "") change(written);
    }
  }

  const problem = excess > 0 ? `Too long by ${excess} characters.` : error;
  return (
    <div className="border-t border-line pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <div className="mx-auto max-w-3xl px-4">
        {problem === undefined ? null : (
          <p role="alert" className="mb-2 text-sm text-danger">
            {problem}
          </p>
        )}
        <div className="relative">
          <MessageBox
            label="Message"
            placeholder="Write to everyone in the lesson"
            text={text}
            onText={change}
            onEnter={() => void submit()}
            className="pr-12"
          />
          <button
            type="button"
            aria-label="Send"
            title="Send (Enter)"
            disabled={text.trim() === "" || excess > 0}
            // Keeps the focus, and with it a phone's keyboard, in the box.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => void submit()}
            className="absolute right-0.5 bottom-0.5 flex size-target items-center justify-center rounded-md text-accent transition-colors hover:bg-accent-soft disabled:cursor-default disabled:bg-transparent disabled:text-line-strong"
          >
            <SendIcon />
          </button>
        </div>
      </div>
    </div>
  );
}

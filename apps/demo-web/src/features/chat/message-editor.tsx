import { useMutation } from "@tidemark/sync-client/react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { describeWriteError } from "../sync/write-errors.ts";
import type { ChatRow } from "./chat-row.ts";
import { MessageBox } from "./message-box.tsx";

/** Edits a message in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ row, onEnd }: { readonly row: ChatRow; readonly onEnd: () => void }) {
  const editMessage = useMutation("chat.edit");
  const [text, setText] = useState(row.text);
  const [error, setError] = useState<string>();
  const edited = text.trim();

  async function save() {
    if (edited === "" || edited === row.text) return onEnd();
    try {
      await editMessage({ id: row.id, text: edited });
      onEnd();
    } catch (failure) {
      setError(describeWriteError(failure));
    }
  }

  return (
    <div className="py-1">
      <MessageBox
        label="Edit message"
        text={text}
        onText={setText}
        onEnter={() => void save()}
        onEscape={onEnd}
        takesFocus
      />
      {error === undefined ? null : (
        <p role="alert" className="mt-1 text-sm text-danger">
          {error}
        </p>
      )}
      <div className="mt-2 flex gap-2">
        <Button size="small" look="primary" onClick={() => void save()}>
          Save
        </Button>
        <Button size="small" onClick={onEnd}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

import type { Lesson, Participant } from "@tidemark/api/contracts";
import type { LiveRow } from "@tidemark/sync-client";
import { useLive, useOutbox, useSync } from "@tidemark/sync-client/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { useToasts } from "../../ui/toast.tsx";
import type { LessonAbility } from "../lessons/lesson-ability.ts";
import { ChatLog } from "./chat-log.tsx";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { ReadOnlyNote } from "./read-only-note.tsx";
import { unsentMessages } from "./unsent-rows.ts";

/** Arrow up looks among this many of the newest messages for the person's own. */
const NEWEST_TO_EDIT = 200;

export interface ChatPanelProps {
  readonly lesson: Lesson;
  readonly userId: string;
  readonly people: readonly LiveRow<Participant>[];
  readonly ability: LessonAbility;
}

/** A lesson's conversation: the log, and the box to write in. */
export function ChatPanel({ lesson, userId, people, ability }: ChatPanelProps) {
  const { id: lessonId } = lesson;
  const texts = useTexts("chat");
  const { keepAbove } = useToasts();
  const sync = useSync();
  const outbox = useOutbox();
  const unsent = useMemo(() => unsentMessages(outbox, { lessonId, authorId: userId }), [outbox, lessonId, userId]);
  const names = useMemo(() => new Map(people.map((person) => [person.userId, person.name])), [people]);
  const [editingId, setEditingId] = useState<string>();
  /** What the open editor holds, where that is not the message as it stands. */
  const editedWords = useRef("");
  const composer = useRef<ComposerHandle>(null);
  const isFromBox = useRef(false);

  const edit = useCallback((id: string | undefined) => {
    editedWords.current = "";
    setEditingId(id);
    if (id !== undefined) return;
    // Back to where the person was; the buttons are there again in the next frame.
    const target = isFromBox.current ? undefined : editingRow();
    isFromBox.current = false;
    requestAnimationFrame(() => (target?.querySelector("button") ?? composer.current)?.focus());
  }, []);

  const editLast = useCallback(() => {
    const newest = sync.query("chatMessage", {
      index: "byLesson",
      equals: [lessonId],
      order: "desc",
      limit: NEWEST_TO_EDIT,
    });
    const last = [...unsent.values()].at(-1)?.row ?? newest.get().find((row) => ability.canEdit(row));
    if (last === undefined) return;
    isFromBox.current = true;
    editedWords.current = "";
    setEditingId(last.id);
  }, [sync, lessonId, unsent, ability]);

  // Deleted on another device: its editor goes with it, but not what was typed there.
  const [edited] = useLive("chatMessage", { equals: [editingId ?? ""] });
  const isEditedGone = editingId !== undefined && edited === undefined && !unsent.has(editingId);
  useEffect(() => {
    if (!isEditedGone) return;
    composer.current?.takeOver(editedWords.current);
    editedWords.current = "";
    if (isNowhere(document.activeElement)) composer.current?.focus();
  }, [isEditedGone]);

  return (
    <section aria-label={texts.conversation} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ChatLog
        lesson={lesson}
        userId={userId}
        names={names}
        ability={ability}
        unsent={unsent}
        editingId={isEditedGone ? undefined : editingId}
        editedWords={editedWords}
        onEditing={edit}
      />
      <div ref={keepAbove} className="flex min-h-0 flex-col">
        {ability.canWrite ? (
          <Composer ref={composer} lessonId={lessonId} userId={userId} onEditLast={editLast} />
        ) : null}
        {/* There from the start: so that a screen reader hears of a role that is taken away. */}
        <output className="block">{ability.canWrite ? null : <ReadOnlyNote />}</output>
      </div>
    </section>
  );
}

/** Where the focus goes when the row that had it is gone. */
const isNowhere = (focused: Element | null): boolean => focused?.matches("body, [role=log]") ?? true;

/** The message whose text box has the focus. */
const editingRow = (): Element | null | undefined => document.activeElement?.closest("[data-message-id]");

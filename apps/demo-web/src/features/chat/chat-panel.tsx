import type { Participant } from "@tidemark/api/contracts";
import type { LiveRow } from "@tidemark/sync-client";
import { useOutbox, useSync } from "@tidemark/sync-client/react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import type { LessonAbility } from "../lessons/lesson-ability.ts";
import { ChatLog } from "./chat-log.tsx";
import { Composer } from "./composer.tsx";
import { ReadOnlyNote } from "./read-only-note.tsx";
import { unsentMessages } from "./unsent-rows.ts";

/** Arrow up looks among this many of the newest messages for the person's own. */
const NEWEST_TO_EDIT = 200;

export interface ChatPanelProps {
  readonly lessonId: string;
  readonly userId: string;
  readonly people: readonly LiveRow<Participant>[];
  readonly ability: LessonAbility;
}

/** A lesson's conversation: the log, and the box to write in. */
export function ChatPanel({ lessonId, userId, people, ability }: ChatPanelProps) {
  const texts = useTexts("chat");
  const sync = useSync();
  const outbox = useOutbox();
  const unsent = useMemo(() => unsentMessages(outbox, { lessonId, authorId: userId }), [outbox, lessonId, userId]);
  const names = useMemo(() => new Map(people.map((person) => [person.userId, person.name])), [people]);
  const [editingId, setEditingId] = useState<string>();
  const box = useRef<HTMLTextAreaElement>(null);
  const isFromBox = useRef(false);

  const edit = useCallback((id: string | undefined) => {
    setEditingId(id);
    if (id !== undefined) return;
    // Back to where the person was; the buttons are there again in the next frame.
    const target = isFromBox.current ? undefined : editingRow();
    isFromBox.current = false;
    requestAnimationFrame(() => (target?.querySelector("button") ?? box.current)?.focus());
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
    setEditingId(last.id);
  }, [sync, lessonId, unsent, ability]);

  return (
    <section aria-label={texts.conversation} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ChatLog
        lessonId={lessonId}
        userId={userId}
        names={names}
        ability={ability}
        unsent={unsent}
        editingId={editingId}
        onEditing={edit}
      />
      {ability.canWrite ? (
        <Composer ref={box} lessonId={lessonId} userId={userId} onEditLast={editLast} />
      ) : (
        <ReadOnlyNote />
      )}
    </section>
  );
}

/** The message whose text box has the focus. */
const editingRow = (): Element | null | undefined => document.activeElement?.closest("[data-message-id]");

import type { LiveRow } from "@tidemark/sync-client";
import type { Participant } from "@tidemark/api/contracts";
import { useLive, useOutbox } from "@tidemark/sync-client/react";
import { useMemo, useState } from "react";
import type { LessonAbility } from "../lessons/lesson-ability.ts";
import { ChatLog } from "./chat-log.tsx";
import { groupRows, orderRows } from "./chat-entries.ts";
import { Composer } from "./composer.tsx";
import { ReadOnlyNote } from "./read-only-note.tsx";
import { unsentMessages } from "./unsent-rows.ts";

/** Messages in the page at first, and more with each "Show earlier". */
const PAGE_SIZE = 50;

export interface ChatPanelProps {
  readonly lessonId: string;
  readonly userId: string;
  readonly people: readonly LiveRow<Participant>[];
  readonly ability: LessonAbility;
}

/** A lesson's conversation: the log, and the box to write in. */
export function ChatPanel({ lessonId, userId, people, ability }: ChatPanelProps) {
  const [limit, setLimit] = useState(PAGE_SIZE);
  // One more than shown tells whether there is anything earlier.
  const newest = useLive("chatMessage", { index: "byLesson", equals: [lessonId], order: "desc", limit: limit + 1 });
  const outbox = useOutbox();
  const unsent = useMemo(() => unsentMessages(outbox, { lessonId, authorId: userId }), [outbox, lessonId, userId]);
  const entries = useMemo(() => groupRows(orderRows(newest, unsent).slice(-limit)), [newest, unsent, limit]);
  const names = useMemo(() => new Map(people.map((person) => [person.userId, person.name])), [people]);
  return (
    <section aria-label="Conversation" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ChatLog
        entries={entries}
        names={names}
        userId={userId}
        ability={ability}
        onShowEarlier={newest.length > limit ? () => setLimit(limit + PAGE_SIZE) : undefined}
      />
      {ability.canWrite ? <Composer key={lessonId} lessonId={lessonId} userId={userId} /> : <ReadOnlyNote />}
    </section>
  );
}

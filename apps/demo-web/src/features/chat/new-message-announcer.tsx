import { isRead, type ReadPosition } from "@tidemark/api/contracts";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import type { ChatRow } from "./chat-row.ts";
import { NOTHING_READ, placeOf } from "./unread.ts";

export interface NewMessageAnnouncerProps {
  /** In reading order. */
  readonly messages: readonly ChatRow[];
  readonly names: ReadonlyMap<string, string>;
  readonly userId: string;
}

/** Messages that come in together are one announcement. */
const GATHER_MS = 800;
/** Nobody listens to ten thousand characters. */
const LONGEST = 300;

/** Tells a screen reader what others write while the page is open: never the history, never one's own words. */
export function NewMessageAnnouncer({ messages, names, userId }: NewMessageAnnouncerProps) {
  const texts = useTexts("chat");
  const heard = useRef<ReadPosition>(undefined);
  const [text, setText] = useState("");

  useEffect(() => {
    const announce = () => {
      const before = heard.current;
      const newest = messages.findLast(({ $state }) => $state === "synced");
      heard.current = newest === undefined ? (before ?? NOTHING_READ) : placeOf(newest);
      if (before === undefined) return;
      const fresh = heardSince(messages, before).filter(({ authorId }) => authorId !== userId);
      const [first] = fresh;
      if (first === undefined) return;
      const name = names.get(first.authorId) ?? texts.someone;
      setText(
        fresh.length === 1 ? texts.announced(name, first.text.slice(0, LONGEST)) : texts.newMessages(fresh.length),
      );
    };
    const timer = setTimeout(announce, GATHER_MS);
    return () => clearTimeout(timer);
  }, [messages, names, userId, texts]);

  return <output className="sr-only">{text}</output>;
}

/** Those behind the place; from the newest, so that the length of the history does not matter. */
function heardSince(messages: readonly ChatRow[], place: ReadPosition): readonly ChatRow[] {
  const last = messages.findLastIndex((row) => row.$state === "synced" && isRead(row, place));
  return messages.slice(last + 1);
}

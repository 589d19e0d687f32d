import { useEffect, useRef, useState } from "react";
import type { ChatRow } from "./chat-row.ts";

export interface NewMessageAnnouncerProps {
  /** In reading order. */
  readonly messages: readonly ChatRow[];
  readonly names: ReadonlyMap<string, string>;
  readonly userId: string;
}

/** Messages that come in together are one announcement. */
const GATHER_MS = 800;

/** Tells a screen reader what others write while the page is open: never the history, never one's own words. */
export function NewMessageAnnouncer({ messages, names, userId }: NewMessageAnnouncerProps) {
  const heardIds = useRef<ReadonlySet<string>>(undefined);
  const [text, setText] = useState("");

  useEffect(() => {
    const announce = () => {
      const fresh = messages.filter(({ id, authorId }) => authorId !== userId && heardIds.current?.has(id) === false);
      heardIds.current = new Set(messages.map(({ id }) => id));
      const [first] = fresh;
      if (first === undefined) return;
      const name = names.get(first.authorId) ?? "Someone";
      setText(fresh.length === 1 ? `${name}: ${first.text}` : `${fresh.length} new messages`);
    };
    const timer = setTimeout(announce, GATHER_MS);
    return () => clearTimeout(timer);
  }, [messages, names, userId]);

  return <output className="sr-only">{text}</output>;
}

import { useEffect, useRef, useState } from "react";
import type { ChatRow } from "./chat-entries.ts";

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
  const lastHeardId = useRef<string>(undefined);
  const [text, setText] = useState("");

  useEffect(() => {
    const newest = messages.at(-1);
    if (newest === undefined) return;
    if (lastHeardId.current === undefined) {
      lastHeardId.current = newest.id;
      return;
    }
    const timer = setTimeout(() => {
      const heardAt = messages.findIndex(({ id }) => id === lastHeardId.current);
      const fresh = heardAt === -1 ? [] : messages.slice(heardAt + 1).filter(({ authorId }) => authorId !== userId);
      lastHeardId.current = newest.id;
      const [first] = fresh;
      if (first === undefined) return;
      const name = names.get(first.authorId) ?? "Someone";
      setText(fresh.length === 1 ? `${name}: ${first.text}` : `${fresh.length} new messages`);
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [messages.at(-1)?.id]);

  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}

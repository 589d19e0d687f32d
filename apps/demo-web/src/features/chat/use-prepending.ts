import { useState } from "react";
import type { ChatEntry } from "./chat-entries.ts";

/**
 * Whether entries came or went at the start alone, as when older messages are loaded: the list then keeps its place as seen
 * from the end.
 */
export function usePrepending(entries: readonly ChatEntry[]): boolean {
  const firstId = entries.at(0)?.row.id;
  const lastId = entries.at(-1)?.row.id;
  const [ends, setEnds] = useState({ firstId, lastId, isPrepending: false });
  if (ends.firstId === firstId && ends.lastId === lastId) return ends.isPrepending;
  const isPrepending = ends.lastId === lastId;
  setEnds({ firstId, lastId, isPrepending });
  return isPrepending;
}

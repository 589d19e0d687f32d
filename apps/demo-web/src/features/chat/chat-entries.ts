import { dayKey } from "../../ui/time.ts";
import type { ChatRow } from "./chat-row.ts";
import type { UnsentMessage } from "./unsent-rows.ts";

export type ChatEntry =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly row: ChatRow;
      /** The first of its author's messages in a row: it carries the name. */
      readonly startsGroup: boolean;
    };

/** Messages of one author further apart than this stand in groups of their own. */
const GROUP_GAP_MS = 5 * 60_000;

/**
 * Messages in reading order, oldest first: what the server has by its time, then what it has not, in the order it was
 * written. The device's clock may be wrong, so it never decides where an unsent message stands.
 */
export function orderRows(rows: readonly ChatRow[], unsent: ReadonlyMap<string, UnsentMessage>): ChatRow[] {
  const found = new Set(rows.map(({ id }) => id));
  const missing = [...unsent.values()].map(({ row }) => row).filter(({ id }) => !found.has(id));
  const position = (row: ChatRow) => unsent.get(row.id)?.seq ?? 0;
  return [...rows, ...missing].toSorted((a, b) => {
    const [positionA, positionB] = [position(a), position(b)];
    if (positionA !== positionB) return positionA - positionB;
    if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
}

/** Inserts a divider before each day and marks where an author takes over. */
export function groupRows(ordered: readonly ChatRow[]): ChatEntry[] {
  const entries: ChatEntry[] = [];
  let previous: ChatRow | undefined;
  for (const row of ordered) {
    const isNewDay = previous === undefined || dayKey(previous.createdAt) !== dayKey(row.createdAt);
    if (isNewDay) entries.push({ kind: "day", key: `day-before-${row.id}`, at: row.createdAt });
    entries.push({ kind: "message", key: row.id, row, startsGroup: isNewDay || startsGroup(previous, row) });
    previous = row;
  }
  return entries;
}

function startsGroup(previous: ChatRow | undefined, row: ChatRow): boolean {
  if (previous === undefined || previous.authorId !== row.authorId) return true;
  return Math.abs(Date.parse(row.createdAt) - Date.parse(previous.createdAt)) > GROUP_GAP_MS;
}

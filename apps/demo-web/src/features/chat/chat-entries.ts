import { dayKey } from "../../i18n/formats.ts";
import type { ChatRow } from "./chat-row.ts";
import type { UnsentMessage } from "./unsent-rows.ts";

/** A message as it stands in the log, with what stands above it. */
export interface ChatEntry {
  readonly row: ChatRow;
  /** The first of its day: the date stands above it. */
  readonly startsDay: boolean;
  /** The first that the person has not read: the divider stands above it. */
  readonly startsUnread: boolean;
  /** The first of its author's messages in a row: it carries the name. */
  readonly startsGroup: boolean;
  /** On the last of messages that wait one below another: when the first of them was written. It says so for all. */
  readonly waitsSince: string | undefined;
}

/** Messages of one author further apart than this stand in groups of their own. */
const GROUP_GAP_MS = 5 * 60_000;

/**
 * Messages in reading order, oldest first: what the server has, in the order that `rows` come in, then what it has not, in
 * the order it was written. The device's clock may be wrong, so it never decides where an unsent message stands.
 */
export function orderRows(rows: readonly ChatRow[], unsent: ReadonlyMap<string, UnsentMessage>): readonly ChatRow[] {
  if (unsent.size === 0) return rows;
  const live = new Map(rows.flatMap((row) => (unsent.has(row.id) ? [[row.id, row] as const] : [])));
  const waiting = [...unsent.values()].sort((left, right) => left.seq - right.seq);
  return [...rows.filter(({ id }) => !unsent.has(id)), ...waiting.map(({ row }) => live.get(row.id) ?? row)];
}

/** A row's place among others, as last time. */
interface PlacedRow {
  readonly previous: ChatRow | undefined;
  readonly entry: ChatEntry;
}

/**
 * Marks where days, the unread and an author's turn begin, and where what waits ends. A row that stands where it stood keeps its entry, so that a
 * change costs what it touches: a new message must not draw ten thousand others anew.
 */
export function createGrouping(): (ordered: readonly ChatRow[], firstUnreadId: string | undefined) => ChatEntry[] {
  const placed = new WeakMap<ChatRow, PlacedRow>();

  return (ordered, firstUnreadId) => {
    let firstWaiting: ChatRow | undefined;
    return ordered.map((row, index) => {
      const [previous, next] = [ordered[index - 1], ordered[index + 1]];
      const startsUnread = row.id === firstUnreadId;
      firstWaiting = row.$state === "pending" ? (firstWaiting ?? row) : undefined;
      const waitsSince = firstWaiting === undefined || goesOnWaiting(row, next) ? undefined : writtenAt(firstWaiting);
      if (waitsSince !== undefined) firstWaiting = undefined;
      const known = placed.get(row);
      if (
        known !== undefined &&
        known.previous === previous &&
        known.entry.startsUnread === startsUnread &&
        known.entry.waitsSince === waitsSince
      ) {
        return known.entry;
      }
      const startsDay = previous === undefined || dayKey(previous.createdAt) !== dayKey(row.createdAt);
      const startsGroup = startsDay || startsUnread || takesOver(previous, row);
      const entry = { row, startsDay, startsUnread, startsGroup, waitsSince };
      placed.set(row, { previous, entry });
      return entry;
    });
  };
}

const goesOnWaiting = (row: ChatRow, next: ChatRow | undefined): boolean =>
  next?.$state === "pending" && !takesOver(row, next);

/** By the device's clock, as long as the message waits. */
const writtenAt = ({ createdAt, editedAt }: ChatRow): string => editedAt ?? createdAt;

function takesOver(previous: ChatRow, row: ChatRow): boolean {
  if (previous.authorId !== row.authorId) return true;
  return Math.abs(Date.parse(row.createdAt) - Date.parse(previous.createdAt)) > GROUP_GAP_MS;
}

import type { Card, IntentArgs } from "./lists-contract.ts";

export interface MergeAuthor {
  readonly userId: string;
  /** `null` for what came by no device. */
  readonly deviceId: string | null;
}

/** Who gave a card's field its value, and in which version of its scope; `Infinity` until its commit is told. */
interface Mark extends MergeAuthor {
  readonly version: number;
}
export type CardMarks = Readonly<Record<string, Mark>>;

/** A value that did not stay, and whose it was. */
export interface FieldLoss {
  readonly loser: string;
  readonly by: string;
  readonly field: string;
  readonly lost: unknown;
  readonly won: unknown;
}

export interface MergeOutcome {
  /** The edit meets another person's note: somebody has to decide. */
  readonly isRefused: boolean;
  readonly row: Card;
  readonly marks: CardMarks;
  readonly losses: readonly FieldLoss[];
  /** Where the row is not as its author asked for. */
  readonly other: Readonly<Record<string, unknown>>;
}

export const isSame = (left: unknown, right: unknown): boolean =>
  left === right || JSON.stringify(left) === JSON.stringify(right);

/**
 * What comes of an edit of a card, field by field as the rules say it (S29, S30): another device's value that is newer than
 * what the author saw gives way to a title, keeps its place against a due date, unites with tags, and refuses a note.
 */
export function judgeMerge(edit: {
  readonly row: Readonly<Record<string, unknown>> | undefined;
  readonly marks: CardMarks;
  readonly asked: IntentArgs;
  readonly base: number | undefined;
  readonly author: MergeAuthor;
}): MergeOutcome {
  const { row, asked, base, author } = edit;
  const { id = "", listId, token, at } = asked;
  const next: Record<string, unknown> = { title: "", due: "", tags: [], note: "", ...row, id, listId, token, at };
  const marks: Record<string, Mark> = { ...edit.marks };
  const losses: FieldLoss[] = [];
  const other: Record<string, unknown> = {};
  let isRefused = false;

  for (const field of ["title", "due", "tags", "note"] as const) {
    const wanted = asked[field];
    if (wanted === undefined) continue;
    const mark = edit.marks[field];
    const theirs = row?.[field];
    const isNews = mark !== undefined && base !== undefined && mark.version > base && mark.deviceId !== author.deviceId;
    const clashes = isNews && row !== undefined && !isSame(theirs, wanted);
    next[field] = wanted;
    if (clashes && field === "title") {
      losses.push({ loser: mark.userId, by: author.userId, field, lost: theirs, won: wanted });
    } else if (clashes && field === "due") {
      losses.push({ loser: author.userId, by: mark.userId, field, lost: wanted, won: theirs });
      next[field] = theirs;
    } else if (clashes && field === "tags") {
      next[field] = [...new Set([...(row["tags"] as string[]), ...(wanted as string[])])];
    } else if (clashes) {
      isRefused = true;
      other[field] = theirs;
    }
    if (!isSame(next[field], wanted)) other[field] = next[field];
    // Whose value was kept out has changed nothing.
    if (!(clashes && field === "due")) marks[field] = { ...author, version: Infinity };
  }
  return {
    isRefused,
    row: next as Card & Record<string, unknown>,
    marks,
    losses,
    other: isRefused ? { note: other["note"] } : other,
  };
}

import { isDeepStrictEqual } from "node:util";
import type { ConflictStrategy } from "./sync-contract.ts";

/** Who gave a field its value. */
export interface FieldAuthor {
  /** `null` for a change that came by no device. */
  readonly deviceId: string | null;
  readonly userId: string;
}

/** Who last gave a field its value, and in which version of the scope. */
export interface FieldMark extends FieldAuthor {
  readonly version: number;
}

export interface FieldClash {
  readonly field: string;
  readonly strategy: ConflictStrategy;
  /** The value that did not stay. */
  readonly lost: unknown;
  readonly won: unknown;
  /** Whose value was lost. */
  readonly loserId: string;
  /** Whose value stayed. */
  readonly winnerId: string;
}

export type FieldMerge =
  | { readonly kind: "refused"; readonly strategy: "manual"; readonly server: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "accepted";
      /** What is to be written; fields that the server keeps are left out. */
      readonly fields: Readonly<Record<string, unknown>>;
      readonly clashes: readonly FieldClash[];
      /** The server's values that differ from what was asked for, by field; empty when everything was taken as it came. */
      readonly server: Readonly<Record<string, unknown>>;
    };

export interface FieldMergeRequest {
  /** The row as the server has it. */
  readonly current: Readonly<Record<string, unknown>>;
  readonly marks: Readonly<Record<string, FieldMark>>;
  /** The fields that the operation sets. */
  readonly incoming: Readonly<Record<string, unknown>>;
  /** The row's version that the author saw; without one there is no conflict. */
  readonly base: number | undefined;
  readonly author: FieldAuthor;
  readonly strategies: Readonly<Record<string, ConflictStrategy | undefined>>;
}

/**
 * Three-way merge by field: a field clashes when another device gave it another value after the author's `base`. Order is
 * the server's; no clock is asked.
 */
export function mergeFields(request: FieldMergeRequest): FieldMerge {
  const { current, incoming, strategies } = request;
  const clashing = Object.keys(incoming).filter((field) => isClash(request, field));
  const manual = clashing.filter((field) => strategies[field] === "manual");
  if (manual.length > 0) {
    return { kind: "refused", strategy: "manual", server: pick(current, manual) };
  }
  const fields: Record<string, unknown> = { ...incoming };
  const clashes: FieldClash[] = [];
  for (const field of clashing) {
    const merged = mergeClash(request, field);
    if (merged.keep === undefined) delete fields[field];
    else fields[field] = merged.keep.value;
    if (merged.clash !== undefined) clashes.push(merged.clash);
  }
  const changed = clashing.filter((field) => !isDeepStrictEqual(valueAfter(fields, current, field), incoming[field]));
  const server = Object.fromEntries(changed.map((field) => [field, valueAfter(fields, current, field)]));
  return { kind: "accepted", fields, clashes, server };
}

function isClash({ current, marks, incoming, base, author }: FieldMergeRequest, field: string): boolean {
  const mark = Object.hasOwn(marks, field) ? marks[field] : undefined;
  if (base === undefined || mark === undefined || mark.version <= base) return false;
  const isOwnDevice = mark.deviceId !== null && mark.deviceId === author.deviceId;
  return !isOwnDevice && !isDeepStrictEqual(current[field], incoming[field]);
}

/** What of a clashing field is written, and who lost by it. */
function mergeClash({ current, marks, incoming, author, strategies }: FieldMergeRequest, field: string) {
  const strategy = strategies[field] ?? "lastWriterWins";
  const otherId = marks[field]?.userId ?? author.userId;
  const [theirs, ours] = [current[field], incoming[field]];
  switch (strategy) {
    case "serverWins":
      return { clash: { field, strategy, lost: ours, won: theirs, loserId: author.userId, winnerId: otherId } };
    case "merge":
      return { keep: { value: union(theirs, ours) } };
    default:
      return {
        keep: { value: ours },
        clash: { field, strategy, lost: theirs, won: ours, loserId: otherId, winnerId: author.userId },
      };
  }
}

/** Set union in the server's order; anything but two lists cannot be united and the newcomer stays. */
function union(theirs: unknown, ours: unknown): unknown {
  if (!isList(theirs) || !isList(ours)) return ours;
  const all = [...theirs, ...ours];
  return all.filter((item, place) => all.findIndex((known) => isDeepStrictEqual(known, item)) === place);
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const valueAfter = (
  fields: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
  field: string,
): unknown => (Object.hasOwn(fields, field) ? fields[field] : current[field]);

const pick = (row: Readonly<Record<string, unknown>>, fields: readonly string[]) =>
  Object.fromEntries(fields.map((field) => [field, row[field]]));

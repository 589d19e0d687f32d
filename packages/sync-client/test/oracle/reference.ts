import { judgeMerge, type CardMarks, type MergeAuthor, type MergeOutcome } from "./merge-reference.ts";
import { ENTRY_WINDOW, scopeOfList, type IntentArgs } from "./lists-contract.ts";
import { memberId, type Effect } from "./lists-server.ts";
import { createTimeline, createTimelines, type Timeline } from "./timeline.ts";

export interface ReferenceRow {
  readonly scope: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Of its scope, once its commit is told; rows that nothing is asked about by version have none. */
  version: number;
}

type RowTimelines = Map<string, Timeline<ReferenceRow | null>>;

/** What the author of an effect saw, and who that was. */
export interface Authorship extends MergeAuthor {
  readonly base: number | undefined;
  /** What was asked for, as its author wrote it. */
  readonly asked: IntentArgs;
}

/**
 * What the lists must look like after each commit: the committed effects, replayed one after the other. It shares nothing
 * with the engine, so that the two can be compared.
 */
export function createReference() {
  const scopes = new Map<string, RowTimelines>();
  const members = createTimelines<boolean>();
  const marks = createTimelines<CardMarks>();
  const versions = createTimelines<number>();

  const timelineOf = (scope: string, key: string): Timeline<ReferenceRow | null> => {
    const rows = scopes.get(scope) ?? (new Map() as RowTimelines);
    scopes.set(scope, rows);
    const timeline = rows.get(key) ?? createTimeline<ReferenceRow | null>();
    rows.set(key, timeline);
    return timeline;
  };
  const set = (index: number, key: string, row: Omit<ReferenceRow, "version">) =>
    timelineOf(row.scope, key).set(index, { ...row, version: 0 });
  const put = (index: number, entity: string, row: { readonly id: string; readonly listId: string }) =>
    set(index, `${entity}/${row.id}`, { scope: scopeOfList(row.listId), value: { ...row } });
  const rowIn = (scope: string, key: string, index: number) => scopes.get(scope)?.get(key)?.at(index);

  /** Replays one effect as part of the commit `index`; answers what its author's values met with, where they can clash. */
  const apply = (index: number, { operation, userId, args }: Effect, by?: Authorship): MergeOutcome | undefined => {
    const { listId, at, id = "", text = "", by: step = 0, value = "" } = args;
    switch (operation) {
      case "item.add":
      case "item.crash":
      case "item.edit":
        put(index, "item", rowOf({ id, listId, text, editedAt: at }));
        return;
      case "item.delete":
        timelineOf(scopeOfList(listId), `item/${id}`).set(index, null);
        return;
      case "counter.bump": {
        const count = Number(rowIn(scopeOfList(listId), `counter/${listId}`, index)?.value["count"] ?? 0);
        put(index, "counter", rowOf({ id: listId, listId, count: count + step }));
        return;
      }
      case "pair.write":
        for (const side of ["left", "right"]) put(index, "half", rowOf({ id: `${listId} ${side}`, listId, value }));
        return;
      case "entry.write":
        put(index, "entry", rowOf({ id, listId, text }));
        return;
      case "card.edit": {
        const outcome = judge(index, by?.asked ?? args, by);
        put(index, "card", outcome.row);
        marks.set(`card/${id}`, index, outcome.marks);
        return outcome;
      }
      case "member.grant":
        members.set(memberId(listId, userId), index, true);
        return;
      case "member.revoke":
        members.set(memberId(listId, userId), index, false);
        return;
      default:
        throw new TypeError(`"${operation}" has no effect that could be committed.`);
    }
  };

  /** What would come of an edit of a card after `index` commits. */
  const judge = (index: number, asked: IntentArgs, by?: MergeAuthor & { readonly base: number | undefined }) => {
    const row = rowIn(scopeOfList(asked.listId), `card/${asked.id}`, index)?.value;
    const known = marks.at(`card/${asked.id}`, index) ?? {};
    const author = by ?? { userId: "", deviceId: null };
    return judgeMerge({ row, marks: known, asked, base: by?.base, author });
  };

  const isMember = (listId: string, userId: string, index: number) =>
    members.at(memberId(listId, userId), index) === true;

  return {
    apply,
    judge,
    isMember,
    /** By `entity/id`. */
    row: rowIn,
    /** A row of a person's own scope, which the engine itself writes. */
    setOwn(index: number, key: string, row: { readonly scope: string; readonly value: ReferenceRow["value"] | null }) {
      const { scope, value } = row;
      if (value === null) timelineOf(scope, key).set(index, null);
      else set(index, key, { scope, value });
    },
    /** Commit `index` has given this row's change a version; answers the version that the scope had before. */
    number(
      index: number,
      change: { readonly scope: string; readonly entity: string; readonly id: string; readonly version: number },
    ) {
      const { scope, entity, id, version } = change;
      const before = versions.at(scope, index) ?? 0;
      versions.set(scope, index, version);
      const row = rowIn(scope, `${entity}/${id}`, index);
      if (row) row.version = version;
      if (entity === "card") {
        const pending = Object.entries(marks.at(`card/${id}`, index) ?? {});
        const numbered = pending.map(
          ([field, mark]) => [field, { ...mark, version: Math.min(mark.version, version) }] as const,
        );
        marks.set(`card/${id}`, index, Object.fromEntries(numbered));
      }
      return before;
    },
    version: (scope: string, index: number) => versions.at(scope, index) ?? 0,
    readableScopes(userId: string, index: number): ReadonlySet<string> {
      const lists = [...members.entries()].flatMap(([key, timeline]) => {
        const [listId = "", member] = key.split("/");
        return member === userId && timeline.at(index) === true ? [scopeOfList(listId)] : [];
      });
      return new Set([`user:${userId}`, ...lists]);
    },
    /** Every live row of a scope after `index` commits. */
    *rowsIn(scope: string, index: number): Generator<readonly [string, ReferenceRow]> {
      for (const [key, timeline] of scopes.get(scope) ?? []) {
        const row = timeline.at(index);
        if (row !== undefined && row !== null) yield [key, row];
      }
    },
    scopes: () => scopes.keys(),
    /** The entries that whoever began to pull the scope at `since`, a version, must have. */
    windowOf(scope: string, index: number, since: number): (row: ReferenceRow) => boolean {
      const entries = [...(scopes.get(scope) ?? [])].flatMap(([key, timeline]) => {
        const row = key.startsWith("entry/") ? timeline.at(index) : undefined;
        return row ? [row.version] : [];
      });
      const oldest = entries.sort((left, right) => right - left)[ENTRY_WINDOW - 1] ?? 0;
      return ({ version }) => version > since || version >= oldest;
    },
    rewind(index: number) {
      for (const rows of scopes.values()) for (const timeline of rows.values()) timeline.rewind(index);
      for (const timelines of [members, marks, versions]) timelines.rewind(index);
    },
  };
}
export type Reference = ReturnType<typeof createReference>;

const rowOf = <Row extends { readonly id: string; readonly listId: string }>(row: Row): Row => row;

/** Which intention of which client an operation carries; `undefined` for one that no handler would take. */
export function intentOf(
  args: unknown,
): { readonly token: string; readonly client: number; readonly order: number } | undefined {
  const token = tokenOf(args);
  if (token === undefined) return undefined;
  const colon = token.indexOf(":");
  return { token, client: Number(token.slice(0, colon)), order: Number(token.slice(colon + 1)) };
}

/** The intention that an operation carries. */
export function tokenOf(args: unknown): string | undefined {
  const token = (args as Partial<IntentArgs> | null)?.token;
  return typeof token === "string" && token !== "" ? token : undefined;
}

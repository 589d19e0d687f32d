import { scopeOfList, type IntentArgs } from "./lists-contract.ts";
import { memberId, type Effect } from "./lists-server.ts";
import { createTimelines } from "./timeline.ts";

export interface ReferenceRow {
  readonly scope: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * What the lists must look like after each commit: the committed effects, replayed one after the other. It shares nothing
 * with the engine, so that the two can be compared.
 */
export function createReference() {
  /** By `entity/id`; `null` once deleted. */
  const rows = createTimelines<ReferenceRow | null>();
  const members = createTimelines<boolean>();

  const put = (index: number, entity: string, row: { readonly id: string; readonly listId: string }) =>
    rows.set(`${entity}/${row.id}`, index, { scope: scopeOfList(row.listId), value: { ...row } });

  /** Replays one effect as part of the commit `index`. */
  const apply = (index: number, { operation, userId, args }: Effect): void => {
    const { listId, at, id = "", text = "", by = 0, value = "" } = args;
    switch (operation) {
      case "item.add":
      case "item.edit":
        return put(index, "item", rowOf({ id, listId, text, editedAt: at }));
      case "item.delete":
        return rows.set(`item/${id}`, index, null);
      case "counter.bump": {
        const count = Number(rows.at(`counter/${listId}`, index)?.value["count"] ?? 0);
        return put(index, "counter", rowOf({ id: listId, listId, count: count + by }));
      }
      case "pair.write":
        for (const side of ["left", "right"]) put(index, "half", rowOf({ id: `${listId} ${side}`, listId, value }));
        return;
      case "member.grant":
        return members.set(memberId(listId, userId), index, true);
      case "member.revoke":
        return members.set(memberId(listId, userId), index, false);
      default:
        throw new TypeError(`"${operation}" has no effect that could be committed.`);
    }
  };

  const isMember = (listId: string, userId: string, index: number) =>
    members.at(memberId(listId, userId), index) === true;

  return {
    apply,
    isMember,
    row: (entity: string, id: string, index: number) => rows.at(`${entity}/${id}`, index),
    readableScopes(userId: string, index: number): ReadonlySet<string> {
      const lists = [...members.entries()].flatMap(([key, timeline]) => {
        const [listId = "", member] = key.split("/");
        return member === userId && timeline.at(index) === true ? [scopeOfList(listId)] : [];
      });
      return new Set(lists);
    },
    /** Every live row after `index` commits. */
    rowsAt(index: number): ReadonlyMap<string, ReferenceRow> {
      const live = new Map<string, ReferenceRow>();
      for (const [key, timeline] of rows.entries()) {
        const row = timeline.at(index);
        if (row !== undefined && row !== null) live.set(key, row);
      }
      return live;
    },
    rewind(index: number) {
      rows.rewind(index);
      members.rewind(index);
    },
  };
}

const rowOf = <Row extends { readonly id: string; readonly listId: string }>(row: Row): Row => row;

/** Which intention of which client an operation carries; `undefined` for one that no handler would take. */
export function intentOf(
  args: unknown,
): { readonly token: string; readonly client: number; readonly order: number } | undefined {
  const token = (args as Partial<IntentArgs> | null)?.token;
  if (typeof token !== "string") return undefined;
  const [client, order] = token.split(":").map(Number);
  return client === undefined || order === undefined ? undefined : { token, client, order };
}

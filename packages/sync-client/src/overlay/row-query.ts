import type { RuntimeContract } from "../contract.ts";
import { SyncClientError } from "../errors.ts";
import type { IndexRange } from "../sync.ts";
import { compareValues, lowerBound } from "./row-order.ts";
import type { ShownRow } from "./row-slot.ts";

/** A query as callers write it, without its types. */
export interface QueryInput {
  readonly index?: string | undefined;
  readonly equals?: readonly unknown[];
  readonly range?: IndexRange;
  readonly order?: "asc" | "desc";
  readonly limit?: number;
  /** Callers name their own rows. */
  readonly where?: (row: never) => boolean;
}

/** A query resolved against its contract. */
export interface PlannedQuery extends Omit<QueryInput, "where"> {
  readonly entity: string;
  readonly fields: readonly string[];
  readonly where?: (row: ShownRow) => boolean;
}

/** @throws SyncClientError `UNKNOWN_NAME` for an entity or index that the contract does not declare */
export function planQuery(contract: RuntimeContract, entity: string, query: QueryInput = {}): PlannedQuery {
  const definition = Object.hasOwn(contract.entities, entity) ? contract.entities[entity] : undefined;
  const fields = query.index === undefined ? definition && ["id"] : definition?.indexes?.[query.index];
  if (fields === undefined) {
    const missing = definition ? `index "${query.index}" of the entity` : "entity";
    throw new SyncClientError("UNKNOWN_NAME", `The contract "${contract.name}" has no ${missing} "${entity}".`);
  }
  // The contract's types have matched the filter with the entity's rows.
  return { ...(query as Omit<PlannedQuery, "entity" | "fields">), entity, fields };
}

/** Whether a row lies within the query's equality and range and passes its filter; the limit aside. */
export function matches(query: PlannedQuery, row: ShownRow): boolean {
  return sideOf(query, row) === 0 && (!query.where || query.where(row));
}

/** The query's rows out of its index, in its order. */
export function selectRows(query: PlannedQuery, sorted: readonly ShownRow[]): readonly ShownRow[] {
  const { order, limit = Infinity, where } = query;
  const start = lowerBound(sorted, (row) => sideOf(query, row) >= 0);
  const end = lowerBound(sorted, (row) => sideOf(query, row) > 0);
  // A filter may need any of them.
  const most = where ? Infinity : limit;
  const rows =
    order === "desc"
      ? sorted.slice(Math.max(start, end - most), end).reverse()
      : sorted.slice(start, Math.min(end, start + most));
  // Asks only as many rows as the limit needs.
  let missing = limit;
  return where ? rows.filter((row) => missing > 0 && where(row) && missing--) : rows;
}

/** Below 0 where the row comes before the query's equality and range, above 0 where it comes after them. */
function sideOf({ fields, equals = [], range = {} }: PlannedQuery, row: ShownRow): number {
  const { gt, gte, lt, lte } = range;
  for (const [position, expected] of equals.entries()) {
    const order = compareValues(row[fields[position] ?? "id"], expected);
    if (order !== 0) return order;
  }
  const compare = (bound: unknown) => compareValues(row[fields[equals.length] ?? "id"], bound);
  if ((gt !== undefined && compare(gt) <= 0) || (gte !== undefined && compare(gte) < 0)) return -1;
  return Number((lt !== undefined && compare(lt) >= 0) || (lte !== undefined && compare(lte) > 0));
}

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
export interface PlannedQuery {
  readonly entity: string;
  readonly fields: readonly string[];
  readonly equals: readonly unknown[];
  readonly range: IndexRange;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly where: ((row: ShownRow) => boolean) | undefined;
}

/** @throws SyncClientError `UNKNOWN_NAME` for an entity or index that the contract does not declare */
export function planQuery(contract: RuntimeContract, entity: string, query: QueryInput): PlannedQuery {
  const definition = Object.hasOwn(contract.entities, entity) ? contract.entities[entity] : undefined;
  if (definition === undefined) {
    throw new SyncClientError("UNKNOWN_NAME", `The contract "${contract.name}" has no entity "${entity}".`);
  }
  const fields = query.index === undefined ? ["id"] : definition.indexes?.[query.index];
  if (fields === undefined) {
    throw new SyncClientError("UNKNOWN_NAME", `The entity "${entity}" has no index "${query.index}".`);
  }
  const { equals = [], range = {}, order = "asc", limit = Infinity, where } = query;
  // The contract's types have matched the filter with the entity's rows.
  const filter = where as PlannedQuery["where"];
  return { entity, fields, equals, range, isDescending: order === "desc", limit, where: filter };
}

/** Whether a row lies within the query's equality and range and passes its filter; the limit aside. */
export function matches(query: PlannedQuery, row: ShownRow): boolean {
  return sideOf(query, row) === 0 && query.where?.(row) !== false;
}

/** The query's rows out of its index, in its order. */
export function selectRows(query: PlannedQuery, sorted: readonly ShownRow[]): readonly ShownRow[] {
  const { isDescending, limit, where } = query;
  const start = lowerBound(sorted, (row) => sideOf(query, row) >= 0);
  const end = lowerBound(sorted, (row) => sideOf(query, row) > 0);
  if (where === undefined && isDescending) return sorted.slice(Math.max(start, end - limit), end).reverse();
  if (where === undefined) return sorted.slice(start, Math.min(end, start + limit));
  // Asks only as many rows as the limit needs.
  const found: ShownRow[] = [];
  const rows = sorted.slice(start, end);
  for (const row of isDescending ? rows.reverse() : rows) {
    if (found.length >= limit) break;
    if (where(row)) found.push(row);
  }
  return found;
}

/** Below 0 where the row comes before the query's equality and range, above 0 where it comes after them. */
function sideOf({ fields, equals, range: { gt, gte, lt, lte } }: PlannedQuery, row: ShownRow): number {
  for (const [position, expected] of equals.entries()) {
    const order = compareValues(row[fields[position] ?? "id"], expected);
    if (order !== 0) return order;
  }
  const compare = (bound: unknown) => compareValues(row[fields[equals.length] ?? "id"], bound);
  if ((gt !== undefined && compare(gt) <= 0) || (gte !== undefined && compare(gte) < 0)) return -1;
  return Number((lt !== undefined && compare(lt) >= 0) || (lte !== undefined && compare(lte) > 0));
}

import type { RuntimeContract } from "../contract.ts";
import { SyncClientError } from "../errors.ts";
import type { IndexRange } from "../sync.ts";
import { compareValues, lowerBound } from "./row-order.ts";
import type { ShownRow } from "./row-table.ts";

/** A query as callers write it, without its types. */
export interface QueryInput {
  readonly index?: string | undefined;
  readonly equals?: readonly unknown[];
  readonly range?: IndexRange;
  readonly order?: "asc" | "desc";
  readonly limit?: number;
}

/** A query resolved against its contract. */
export interface PlannedQuery {
  readonly entity: string;
  readonly fields: readonly string[];
  readonly equals: readonly unknown[];
  readonly range: IndexRange;
  readonly isDescending: boolean;
  readonly limit: number;
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
  const { equals = [], range = {}, order = "asc", limit = Infinity } = query;
  return { entity, fields, equals, range, isDescending: order === "desc", limit };
}

/** Whether a row lies within the query's equality and range; the limit aside. */
export function matches(query: PlannedQuery, row: ShownRow): boolean {
  return !isBefore(query, row) && !isAfter(query, row);
}

/** The query's rows out of its index, in its order. */
export function selectRows(query: PlannedQuery, sorted: readonly ShownRow[]): readonly ShownRow[] {
  const start = lowerBound(sorted, (row) => !isBefore(query, row));
  const end = lowerBound(sorted, (row) => isAfter(query, row));
  if (query.isDescending) return sorted.slice(Math.max(start, end - query.limit), end).reverse();
  return sorted.slice(start, Math.min(end, start + query.limit));
}

function isBefore({ fields, equals, range }: PlannedQuery, row: ShownRow): boolean {
  const order = comparePrefix(fields, equals, row);
  if (order !== 0) return order < 0;
  const value = row[fields[equals.length] ?? "id"];
  if (range.gt !== undefined && compareValues(value, range.gt) <= 0) return true;
  return range.gte !== undefined && compareValues(value, range.gte) < 0;
}

function isAfter({ fields, equals, range }: PlannedQuery, row: ShownRow): boolean {
  const order = comparePrefix(fields, equals, row);
  if (order !== 0) return order > 0;
  const value = row[fields[equals.length] ?? "id"];
  if (range.lt !== undefined && compareValues(value, range.lt) >= 0) return true;
  return range.lte !== undefined && compareValues(value, range.lte) > 0;
}

function comparePrefix(fields: readonly string[], equals: readonly unknown[], row: ShownRow): number {
  for (const [position, expected] of equals.entries()) {
    const order = compareValues(row[fields[position] ?? "id"], expected);
    if (order !== 0) return order;
  }
  return 0;
}

import type { ScreenRow } from "../client-port.ts";

interface ShownRow {
  readonly id: string;
  readonly $state: ScreenRow["state"];
}

/** What the queries show, as React would: made anew only where a query answers another object. */
export function createScreenRows(queries: Readonly<Record<string, { get(): readonly ShownRow[] }>>) {
  const sources = Object.entries(queries);
  const known = new WeakMap<ShownRow, ScreenRow>();
  let seen: readonly (readonly ShownRow[])[] = [];
  let rows: ReadonlyMap<string, ScreenRow> = new Map();

  const screenRowOf = (row: ShownRow): ScreenRow => {
    const cached = known.get(row);
    if (cached !== undefined) return cached;
    const { $state: state, ...value } = row;
    const screenRow = { value, state };
    known.set(row, screenRow);
    return screenRow;
  };

  return (): ReadonlyMap<string, ScreenRow> => {
    const now = sources.map(([, query]) => query.get());
    if (now.every((list, index) => list === seen[index])) return rows;
    seen = now;
    rows = new Map(
      sources.flatMap(([entity], index) =>
        (now[index] ?? []).map((row) => [`${entity}/${row.id}`, screenRowOf(row)] as const),
      ),
    );
    return rows;
  };
}

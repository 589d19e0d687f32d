import { createListeners } from "../observable.ts";
import type { Observable } from "../sync.ts";
import { matches, selectRows, type PlannedQuery } from "./row-query.ts";
import type { ShownRow } from "./row-slot.ts";
import type { RowTable, ShownChange } from "./row-table.ts";

export interface LiveQueries {
  create(query: PlannedQuery): Observable<readonly ShownRow[]>;
  /** Tells each query that a change touches; call it after the tables have changed. */
  notify(changes: ReadonlyMap<string, readonly ShownChange[]>): void;
}

interface ActiveQuery {
  readonly query: PlannedQuery;
  /** Reads the rows again and answers whether they differ. */
  readonly refresh: () => boolean;
  readonly notify: () => void;
}

export function createLiveQueries(tableOf: (entity: string) => RowTable): LiveQueries {
  /** Those that somebody listens to. */
  const activeQueries = new Set<ActiveQuery>();
  /** Counts changes, so that a query nobody listens to knows when its rows are old. */
  let revision = 0;

  return {
    create(query) {
      const listeners = createListeners();
      let rows: readonly ShownRow[] = [];
      let seenRevision = -1;
      const read = (): readonly ShownRow[] => {
        if (seenRevision === revision) return rows;
        seenRevision = revision;
        const next = selectRows(query, tableOf(query.entity).sortedBy(query.fields));
        if (!isSameList(rows, next)) rows = next;
        return rows;
      };
      const active: ActiveQuery = {
        query,
        refresh() {
          const previous = rows;
          seenRevision = -1;
          return read() !== previous;
        },
        notify: listeners.notify,
      };
      return {
        get: () => {
          // While it listens it is told of what concerns it: every other change leaves its rows as they are.
          if (listeners.count() > 0 && seenRevision !== -1) return rows;
          return read();
        },
        subscribe(listener) {
          if (listeners.count() === 0) {
            read();
            activeQueries.add(active);
          }
          const unsubscribe = listeners.subscribe(listener);
          return () => {
            unsubscribe();
            if (listeners.count() === 0) {
              activeQueries.delete(active);
              seenRevision = -1;
            }
          };
        },
      };
    },
    notify(changes) {
      if (changes.size === 0) return;
      revision += 1;
      const changed = [...activeQueries].filter(
        ({ query, refresh }) => changes.get(query.entity)?.some((change) => concerns(query, change)) && refresh(),
      );
      // Every query shows the new state before any listener looks at one.
      for (const active of changed) active.notify();
    },
  };
}

function concerns(query: PlannedQuery, { before, after }: ShownChange): boolean {
  return [before, after].some((row) => row !== undefined && matches(query, row));
}

function isSameList(left: readonly ShownRow[], right: readonly ShownRow[]): boolean {
  return left.length === right.length && left.every((row, position) => row === right[position]);
}

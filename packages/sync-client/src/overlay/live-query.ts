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
  let steps = 0;

  return {
    create(query) {
      const listeners = createListeners();
      let rows: readonly ShownRow[] = [];
      /** The step that the rows are of. */
      let readAt = -1;
      const active: ActiveQuery = {
        query,
        refresh() {
          if (readAt === steps) return false;
          readAt = steps;
          const next = selectRows(query, tableOf(query.entity).sortedBy(query.fields));
          const isChanged = next.length !== rows.length || next.some((row, position) => row !== rows[position]);
          if (isChanged) rows = next;
          return isChanged;
        },
        notify: listeners.notify,
      };
      return {
        get() {
          // While it listens it is told of what concerns it.
          if (!activeQueries.has(active)) active.refresh();
          return rows;
        },
        subscribe(listener) {
          if (!activeQueries.has(active)) active.refresh();
          activeQueries.add(active);
          const unsubscribe = listeners.subscribe(listener);
          return () => {
            unsubscribe();
            if (listeners.count() === 0) activeQueries.delete(active);
          };
        },
      };
    },
    notify(changes) {
      steps += 1;
      const changed = [...activeQueries].filter(
        ({ query, refresh }) =>
          changes
            .get(query.entity)
            ?.some(({ before, after }) => [before, after].some((row) => row && matches(query, row))) && refresh(),
      );
      // Every query shows the new state before any listener looks at one.
      for (const active of changed) active.notify();
    },
  };
}

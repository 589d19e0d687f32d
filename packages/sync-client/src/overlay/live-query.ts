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
  /** The step that its rows are of; none where they were not read yet, or could not be. */
  readAt: number;
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
      const active: ActiveQuery = {
        query,
        readAt: -1,
        refresh() {
          if (active.readAt === steps) return false;
          const next = selectRows(query, tableOf(query.entity).sortedBy(query.fields));
          active.readAt = steps;
          if (next.length === rows.length && next.every((row, position) => row === rows[position])) return false;
          rows = next;
          return true;
        },
        notify: listeners.notify,
      };
      const get = () => {
        // While it listens it is told of what concerns it.
        if (active.readAt < 0 || !activeQueries.has(active)) active.refresh();
        return rows;
      };
      return {
        get,
        subscribe(listener) {
          get();
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
      const changed = [...activeQueries].filter((active) => {
        const { query } = active;
        try {
          return (
            changes
              .get(query.entity)
              ?.some(({ before, after }) => [before, after].some((row) => row && matches(query, row))) &&
            active.refresh()
          );
        } catch {
          // The app's own `where` threw: whoever reads the query meets it again, and nobody else.
          active.readAt = -1;
          return true;
        }
      });
      // Every query shows the new state before any listener looks at one.
      for (const active of changed) active.notify();
    },
  };
}

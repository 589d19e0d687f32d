import type { Row, RuntimeContract } from "../contract.ts";
import { getOrCreate } from "../map-entry.ts";
import type { Observable, RowState } from "../sync.ts";
import { createLiveQueries } from "./live-query.ts";
import { parseRowKey, rowKeyText, runOperation, type OverlayOperation, type RowWrites } from "./operation-effect.ts";
import { createOperationLog } from "./operation-log.ts";
import { isSameRow, rebase, rowUnder } from "./rebase.ts";
import { planQuery, type QueryInput } from "./row-query.ts";
import { createRowTable, type RowTable, type ShownChange, type ShownRow } from "./row-table.ts";

/** A pulled row's new state; `null` where it is gone. */
export interface PulledRow {
  readonly entity: string;
  readonly id: string;
  readonly version: number;
  readonly value: Row | null;
}

/** What changes under the screen, shown as one step (I5). */
export interface OverlayChange {
  /** `rows` are all there are: every other pulled row goes. */
  readonly replacesAllRows?: boolean;
  readonly rows?: Iterable<PulledRow>;
  /** New operations, and known ones whose place or state differs. */
  readonly added?: readonly OverlayOperation[];
  /** Operation ids. */
  readonly removed?: readonly string[];
}

/** What is shown: pulled rows with the effect of every operation that they do not contain yet. */
export interface Overlay {
  apply(change: OverlayChange): void;
  /**
   * The pulled version of the row that the operation would change first, if it would change a pulled row.
   * It sees what operations before it have `written`, and adds its own. Throws what the operation's `optimistic` throws.
   */
  baseOf(operation: OverlayOperation, written?: RowWrites): number | undefined;
  /** Later operations that touched a row which this one made: no pull has shown it, and none before this one wrote it. */
  dependentsOf(id: string): readonly string[];
  /** @throws SyncClientError `UNKNOWN_NAME` */
  query(entity: string, query: QueryInput): Observable<readonly ShownRow[]>;
}

export function createOverlay(deps: {
  readonly contract: RuntimeContract;
  readonly userId: string;
  /** Hears what an `optimistic` function threw while it ran again over newer rows. */
  readonly reportError: (error: unknown) => void;
}): Overlay {
  const { contract } = deps;
  const pulled = new Map<string, { readonly row: ShownRow; readonly version: number }>();
  const log = createOperationLog();
  const tables = new Map(Object.keys(contract.entities).map((entity) => [entity, createRowTable()]));
  const queries = createLiveQueries(tableOf);
  const pulledRow = (key: string): ShownRow | undefined => pulled.get(key)?.row;

  return {
    apply(change) {
      const changedRows = new Set<string>();
      const markTouched = (id: string): void => {
        for (const key of log.get(id)?.effect.touched ?? []) changedRows.add(key);
      };
      if (change.replacesAllRows) {
        for (const key of pulled.keys()) changedRows.add(key);
        pulled.clear();
      }
      for (const row of change.rows ?? []) changedRows.add(storePulled(row));
      for (const id of change.removed ?? []) {
        markTouched(id);
        log.remove(id);
      }
      const added = (change.added ?? []).filter((operation) => !isKnown(operation));
      for (const operation of added) {
        markTouched(operation.id);
        log.add(operation);
      }
      show(rebase({ ...deps, log, pulledRow }, changedRows, added));
    },
    baseOf(operation, written) {
      const effect = runOperation(deps, operation, (key) => {
        const { entity, id } = parseRowKey(key);
        const row = written?.get(key);
        return row === undefined ? tableOf(entity).get(id) : (row ?? undefined);
      });
      for (const [key, row] of effect.writes) written?.set(key, row);
      for (const key of effect.writes.keys()) {
        const version = pulled.get(key)?.version;
        if (version !== undefined) return version;
      }
      return undefined;
    },
    dependentsOf: (id) =>
      [...(log.get(id)?.effect.writes.keys() ?? [])].flatMap((key) => {
        if (pulled.has(key)) return [];
        const entries = log.touching(key);
        const made = entries.findIndex(({ effect }) => effect.writes.get(key));
        return entries[made]?.operation.id === id ? entries.slice(made + 1).map(({ operation }) => operation.id) : [];
      }),
    query: (entity, query) => queries.create(planQuery(contract, entity, query)),
  };

  function storePulled({ entity, id, version, value }: PulledRow): string {
    const key = rowKeyText({ entity, id });
    if (value === null || !tables.has(entity)) pulled.delete(key);
    else pulled.set(key, { row: { ...value, $state: "synced" }, version });
    return key;
  }

  function isKnown({ id, order, name, isRejected }: OverlayOperation): boolean {
    const known = log.get(id)?.operation;
    return known?.order === order && known.name === name && known.isRejected === isRejected;
  }

  /** Brings the tables to what the rows are now, and tells the queries. */
  function show(keys: ReadonlySet<string>): void {
    const changes = new Map<string, ShownChange[]>();
    for (const key of keys) {
      const { entity, id } = parseRowKey(key);
      const before = tables.get(entity)?.get(id);
      const after = shownRow(key);
      if (before === after || isSameRow(before, after)) continue;
      getOrCreate(changes, entity, () => []).push({ before, after });
    }
    for (const [entity, entityChanges] of changes) tableOf(entity).change(entityChanges);
    queries.notify(changes);
  }

  function shownRow(key: string): ShownRow | undefined {
    const touching = log.touching(key);
    const entries = touching.length === 0 ? touching : touching.filter(({ effect }) => effect.writes.has(key));
    if (entries.length === 0) return pulledRow(key);
    const row = rowUnder({ log, pulledRow }, key, Infinity);
    const $state: RowState = entries.some(({ operation }) => operation.isRejected) ? "rejected" : "pending";
    return row && { ...row, $state };
  }

  function tableOf(entity: string): RowTable {
    return getOrCreate(tables, entity, createRowTable);
  }
}

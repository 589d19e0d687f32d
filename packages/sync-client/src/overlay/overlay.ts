import type { Row, RuntimeContract } from "../contract.ts";
import { getOrCreate } from "../map-entry.ts";
import type { Observable } from "../sync.ts";
import { createLiveQueries } from "./live-query.ts";
import { createRunner, stateOf, type RowWrites } from "./operation-effect.ts";
import { createOperationLog } from "./operation-log.ts";
import { isSameRow, rebase, rowUnder } from "./rebase.ts";
import { planQuery, type QueryInput } from "./row-query.ts";
import type { OverlayOperation, RowSlot, ShownRow } from "./row-slot.ts";
import { createRowTable, type RowTable, type ShownChange } from "./row-table.ts";

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
  const log = createOperationLog();
  const tables = new Map(Object.keys(contract.entities).map((entity) => [entity, createRowTable(entity)]));
  const queries = createLiveQueries(tableOf);
  const run = createRunner({ ...deps, slotOf: (entity, id) => tableOf(entity).slot(id) });

  return {
    apply(change) {
      const changed = new Set<RowSlot>();
      const markTouched = (id: string): void => {
        for (const { slot } of log.get(id)?.touches ?? []) changed.add(slot);
        log.remove(id);
      };
      if (change.replacesAllRows) {
        for (const slot of [...tables.values()].flatMap((table) => [...table.slots()])) {
          slot.pulled = undefined;
          changed.add(slot);
        }
      }
      for (const { entity, id, version, value } of change.rows ?? []) {
        const slot = tables.get(entity)?.slot(id);
        if (slot === undefined) continue;
        slot.pulled = value === null ? undefined : { ...value, $state: "synced" };
        slot.version = version;
        changed.add(slot);
      }
      for (const id of change.removed ?? []) markTouched(id);
      const added = (change.added ?? []).filter((operation) => !isKnown(operation));
      for (const { id } of added) markTouched(id);
      rebase({ ...deps, log, run }, changed, added);
      show(changed);
    },
    baseOf(operation, written) {
      const touches = run(operation, (slot) => {
        const row = written?.get(slot);
        return row === undefined ? slot.shown : (row ?? undefined);
      });
      const writes = touches.filter(({ isWritten }) => isWritten);
      for (const { slot, row } of writes) written?.set(slot, row);
      return writes.find(({ slot }) => slot.pulled)?.slot.version;
    },
    dependentsOf: (id) =>
      (log.get(id)?.touches ?? []).flatMap(({ slot: { pulled, touching } }) => {
        const made = pulled ? -1 : touching.findIndex(({ row }) => row);
        return touching[made]?.operation.id === id ? touching.slice(made + 1).map(({ operation }) => operation.id) : [];
      }),
    query: (entity, query) => queries.create(planQuery(contract, entity, query)),
  };

  function isKnown({ id, order, name, isRejected }: OverlayOperation): boolean {
    const known = log.get(id)?.operation;
    return known?.order === order && known.name === name && known.isRejected === isRejected;
  }

  /** Brings the tables to what the rows are now, and tells the queries. */
  function show(slots: ReadonlySet<RowSlot>): void {
    const changes = new Map<string, ShownChange[]>();
    for (const slot of slots) {
      const { entity, shown: before } = slot;
      const after = shownRow(slot);
      if (after === undefined && slot.touching.length === 0) tableOf(entity).drop(slot.id);
      if (isSameRow(before, after)) continue;
      slot.shown = after;
      getOrCreate(changes, entity, () => []).push({ before, after });
    }
    for (const [entity, entityChanges] of changes) tableOf(entity).change(entityChanges);
    queries.notify(changes);
  }

  function shownRow(slot: RowSlot): ShownRow | undefined {
    // Most rows, when a device is opened.
    if (slot.touching.length === 0) return slot.pulled;
    const row = rowUnder(slot, Infinity);
    const writes = slot.touching.filter(({ isWritten }) => isWritten);
    if (row === undefined || writes.length === 0) return row;
    const $state = stateOf(writes.some(({ operation }) => operation.isRejected));
    return row.$state === $state ? row : { ...row, $state };
  }

  function tableOf(entity: string): RowTable {
    return getOrCreate(tables, entity, () => createRowTable(entity));
  }
}

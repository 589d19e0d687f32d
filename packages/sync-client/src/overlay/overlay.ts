import type { RuntimeContract } from "../contract.ts";
import { getOrCreate } from "../map-entry.ts";
import { waitingOf } from "../outbox/operation-list.ts";
import { hasSameEffect, isDead, type OperationDelta, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { replayPages } from "../pull/fold-pages.ts";
import type { RowKey, StoredPage } from "../storage/sync-storage.ts";
import type { Observable, SyncStatus } from "../sync.ts";
import { createLiveQueries } from "./live-query.ts";
import { createRunner, type RowWrites } from "./operation-effect.ts";
import { isSameRow, rebase, rowUnder, setTouches } from "./rebase.ts";
import { planQuery, type QueryInput } from "./row-query.ts";
import type { RowSlot, ShownOperation, ShownRow } from "./row-slot.ts";
import { createRowTable, type RowTable, type ShownChange } from "./row-table.ts";

/** What changes under the screen, shown as one step (I5). */
export interface OverlayChange extends OperationDelta {
  /** Of a pull, after those that were applied before. */
  readonly pages?: readonly StoredPage[];
}

type OperationCounts = Pick<SyncStatus, "pending" | "oldestPendingAt" | "deadLetters">;

/** What is shown: pulled rows with the effect of every operation that they do not contain yet. */
export interface Overlay {
  /** By id. */
  readonly operations: ReadonlyMap<string, ShownOperation>;
  /** What the status tells of them. It is asked with each write, so it looks through a queue only where its first one went. */
  count(): OperationCounts;
  apply(change: OverlayChange): void;
  /**
   * The pulled version of the row that the operation would change first, if it would change a pulled row.
   * It sees what operations before it have `written`, and adds its own. Throws what the operation's `optimistic` throws.
   */
  baseOf(operation: TrackedOperation, written?: RowWrites): number | undefined;
  /** @throws SyncClientError `UNKNOWN_NAME` */
  query(entity: string, query?: QueryInput): Observable<readonly ShownRow[]>;
}

export function createOverlay(deps: {
  readonly contract: RuntimeContract;
  readonly userId: string;
  /** Hears what an `optimistic` function threw while it ran again over newer rows. */
  readonly reportError: (error: unknown) => void;
}): Overlay {
  const { contract } = deps;
  const operations = new Map<string, ShownOperation>();
  let deadLetters = 0;
  /** The first of those that wait; absent until somebody asks for it. */
  let oldest: ShownOperation | undefined;
  const tables = new Map<string, RowTable>();
  const queries = createLiveQueries(tableOf);
  const slotOf = (entity: string, id: string): RowSlot => tableOf(entity).slot(id);
  const run = createRunner({ ...deps, slotOf });

  return {
    operations,
    count,
    apply({ pages = [], changed, removed }) {
      const slots = new Set<RowSlot>();
      const take = (id: string): void => {
        const operation = operations.get(id);
        if (operation === undefined) return;
        for (const { slot } of operation.touches ?? []) slots.add(slot);
        setTouches(operation, []);
        note(operation, -1);
        operations.delete(id);
      };
      const changing = ({ entity, id }: RowKey): RowSlot => {
        const slot = slotOf(entity, id);
        slots.add(slot);
        return slot;
      };
      replayPages(pages, {
        scopeOf(key) {
          const { pulled, scope } = changing(key);
          return pulled && scope;
        },
        write(change) {
          const { id, scope, version, value } = change;
          const pulled = value === null ? undefined : ({ ...value, id, $state: "synced" } as const);
          Object.assign(changing(change), { pulled, scope, version });
        },
        purge(isGone) {
          for (const table of tables.values()) {
            for (const slot of table.slots()) {
              if (!slot.pulled || !isGone(slot.scope)) continue;
              slot.pulled = undefined;
              slots.add(slot);
            }
          }
        },
      });
      removed.forEach(take);
      const added = changed.filter((next) => {
        const known = operations.get(next.id);
        // What is settled keeps its effect until a pull shows it.
        if (known && hasSameEffect(known, next)) {
          Object.assign(known, next);
          return false;
        }
        take(next.id);
        operations.set(next.id, next);
        note(next, 1);
        return true;
      });
      rebase({ ...deps, run }, slots, added);
      show(slots);
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
    query: (entity, query) => queries.create(planQuery(contract, entity, query)),
  };

  /** An operation has come (1) or gone (-1). */
  function note(operation: ShownOperation, by: number): void {
    if (isDead(operation)) deadLetters += by;
    if (operation.order <= (oldest?.order ?? 0)) oldest = undefined;
  }

  function count(): OperationCounts {
    oldest ??= waitingOf(operations)[0];
    return { pending: operations.size - deadLetters, oldestPendingAt: oldest?.at ?? null, deadLetters };
  }

  /** Brings the tables to what the rows are now, and tells the queries. */
  function show(slots: ReadonlySet<RowSlot>): void {
    const changes: (ShownChange & Pick<RowSlot, "entity">)[] = [];
    for (const slot of slots) {
      const { entity, shown: before } = slot;
      const after = shownRow(slot);
      if (after === undefined && slot.touching.length === 0) tableOf(entity).drop(slot.id);
      if (isSameRow(before, after)) continue;
      slot.shown = after;
      changes.push({ entity, before, after });
    }
    const byEntity = Map.groupBy(changes, ({ entity }) => entity);
    for (const [entity, ofEntity] of byEntity) tableOf(entity).change(ofEntity);
    queries.notify(byEntity);
  }

  function shownRow(slot: RowSlot): ShownRow | undefined {
    // Most rows, when a device is opened.
    if (slot.touching.length === 0) return slot.pulled;
    const row = rowUnder(slot, Infinity);
    // Whatever a refused operation wrote is marked, also where a later one wrote over it.
    const isRejected = slot.touching.some(({ isWritten, operation }) => isWritten && isDead(operation));
    return row && isRejected && row.$state !== "rejected" ? { ...row, $state: "rejected" } : row;
  }

  function tableOf(entity: string): RowTable {
    return getOrCreate(tables, entity, () => createRowTable(entity));
  }
}

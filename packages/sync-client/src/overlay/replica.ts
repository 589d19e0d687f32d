import type { OperationDelta, OperationList } from "../outbox/operation-list.ts";
import { createOperationList } from "../outbox/operation-list.ts";
import { asQueued, toOverlayOperation, trackStored } from "../outbox/tracked-operation.ts";
import type { ShownPull } from "../pull/store-page.ts";
import { readState, type StoredState } from "../storage/stored-state.ts";
import type { PullStep } from "../tabs/channel.ts";
import type { RowKey, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import type { Overlay, OverlayChange } from "./overlay.ts";

/**
 * What this tab knows of the stored state: operations and rows change together, in one step that queries see whole.
 * Everything is applied in the order of the transactions it comes from: their results arrive in that order, and each is
 * applied before the next one arrives.
 */
export interface Replica {
  readonly operations: OperationList;
  /** Shows this, and nothing else. */
  show(state: StoredState): void;
  /** Reads everything from the storage. */
  reload(): Promise<void>;
  /** Reads what another tab has changed; `pull` brought the rows, if one did. */
  refresh(rows: readonly RowKey[], pull?: PullStep): Promise<void>;
  /** Reads operations that another tab has queued. */
  refreshQueue(firstKey: number): Promise<void>;
  /** Of the device as it was when all of it was read last. */
  deviceId(): string | undefined;
  addQueued(operations: readonly StoredOperation[]): void;
  changeOperations(delta: OperationDelta): void;
  showPull(pull: ShownPull): void;
}

export function createReplica({
  storage,
  overlay,
}: {
  readonly storage: SyncStorage;
  readonly overlay: Overlay;
}): Replica {
  const operations = createOperationList(overlay.dependentsOf);

  /** Of the pull that the rows are of. */
  let shownCursor: string | null | undefined;
  let deviceId: string | undefined;

  function apply(delta: OperationDelta, rows: Pick<OverlayChange, "rows" | "replacesAllRows"> = {}): void {
    overlay.apply({ ...rows, added: delta.changed.map(toOverlayOperation), removed: delta.removed });
    operations.apply(delta);
  }

  function addQueued(queued: readonly StoredOperation[]): void {
    apply({ changed: queued.filter(({ id }) => operations.get(id) === undefined).map(asQueued), removed: [] });
  }

  function show(state: StoredState): void {
    const delta = operations.differenceTo(trackStored(state.operations));
    shownCursor = state.device?.cursor;
    deviceId = state.device?.deviceId;
    apply(delta, { rows: state.rows, replacesAllRows: true });
  }

  const reload = async (): Promise<void> => show(await readState(storage));

  return {
    operations,
    show,
    reload,
    async refresh(rowKeys, pull) {
      const state = await readState(storage, rowKeys);
      const stored = state.device?.cursor;
      // Of pulls in between, stored already or not shown here yet, these are not the rows; what they confirmed is gone (I4, I5).
      const isNext = stored === pull?.cursor && shownCursor === pull?.since;
      if (stored !== shownCursor && !isNext) return reload();
      shownCursor = stored;
      apply(operations.differenceTo(trackStored(state.operations)), { rows: state.rows });
    },
    async refreshQueue(firstKey) {
      addQueued(await storage.transaction("read", ["outbox"], ({ list }) => list("outbox", { from: firstKey })));
    },
    deviceId: () => deviceId,
    addQueued,
    changeOperations: (delta) => apply(delta),
    showPull({ rows, replacesAllRows, confirmed, cursor }) {
      shownCursor = cursor;
      apply({ changed: [], removed: confirmed.map(({ id }) => id) }, { rows, replacesAllRows });
    },
  };
}

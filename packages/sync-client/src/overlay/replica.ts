import { listDead, listQueued, differenceTo } from "../outbox/operation-list.ts";
import { asQueued, type OperationDelta } from "../outbox/tracked-operation.ts";
import { createDerived } from "../observable.ts";
import type { ShownPull } from "../pull/store-page.ts";
import { getDevice, readState, settledKey, type StoredState } from "../storage/stored-state.ts";
import type { DeviceState, RowKey, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import type { DeadLetter, Observable, QueuedOperation } from "../sync.ts";
import type { PullStep } from "../tabs/channel.ts";
import type { Overlay, OverlayChange } from "./overlay.ts";

/**
 * What this tab knows of the stored state: operations and rows change together, in one step that queries see whole.
 * Everything is applied in the order of the transactions it comes from: their results arrive in that order, and each is
 * applied before the next one arrives.
 */
export interface Replica {
  readonly outbox: Observable<readonly QueuedOperation[]>;
  readonly deadLetters: Observable<readonly DeadLetter[]>;
  /** Shows this, and nothing else; where there is no device, what it showed. */
  show(state: StoredState): void;
  /** Reads everything from the storage. */
  reload(): Promise<void>;
  /** Reads what another tab has changed; `pull` brought the rows, if one did. */
  refresh(rows: readonly RowKey[], pull?: PullStep): Promise<void>;
  /** Reads operations that another tab has queued. */
  refreshQueue(firstKey: number): Promise<void>;
  /** Of the device as it was when all of it was read last. */
  deviceId(): string | undefined;
  /** Whether the device that is stored is another. */
  isReplaced(): Promise<boolean>;
  /** Verdicts or a pull are stored that this tab was not told of. */
  isBehind(device: DeviceState): boolean;
  addQueued(operations: readonly StoredOperation[]): void;
  /** Answers whether there was anything to change. */
  changeOperations(delta: OperationDelta): boolean;
  showPull(pull: ShownPull): void;
}

export function createReplica({
  storage,
  overlay,
}: {
  readonly storage: SyncStorage;
  readonly overlay: Overlay;
}): Replica {
  const { operations } = overlay;
  const outbox = createDerived(() => listQueued(operations));
  const deadLetters = createDerived(() => listDead(operations));
  /** Of the pull that the rows are of. */
  let shownCursor: string | null | undefined;
  let deviceId: string | undefined;

  function apply(change: OverlayChange): boolean {
    overlay.apply(change);
    const isChanged = change.changed.length + change.removed.length > 0;
    if (isChanged) {
      outbox.invalidate();
      deadLetters.invalidate();
    }
    return isChanged;
  }

  function addQueued(queued: readonly StoredOperation[]): void {
    apply({ changed: queued.filter(({ id }) => !operations.has(id)).map(asQueued), removed: [] });
  }

  function show(state: StoredState): void {
    // Cleared: what is shown is all that is left, and the leader is about to store it again.
    if (state.device === undefined) return;
    ({ cursor: shownCursor, deviceId } = state.device);
    apply({ ...differenceTo(operations, state.operations), rows: state.rows, replacesAllRows: true });
  }

  const reload = async (): Promise<void> => show(await readState(storage));

  return {
    outbox,
    deadLetters,
    show,
    reload,
    async refresh(rowKeys, pull) {
      const state = await readState(storage, rowKeys);
      const stored = state.device?.cursor;
      // Of pulls in between, stored already or not shown here yet, these are not the rows; what they confirmed is gone (I4, I5).
      const isNext = stored === pull?.cursor && shownCursor === pull?.since;
      if (state.device?.deviceId !== deviceId || (stored !== shownCursor && !isNext)) return reload();
      shownCursor = stored;
      apply({ ...differenceTo(operations, state.operations), rows: state.rows });
    },
    async refreshQueue(firstKey) {
      addQueued(await storage.transaction("read", ["outbox"], ({ list }) => list("outbox", { from: firstKey })));
    },
    deviceId: () => deviceId,
    isReplaced: async () => (await storage.transaction("read", ["meta"], getDevice))?.deviceId !== deviceId,
    isBehind: (device) =>
      device.cursor !== shownCursor ||
      outbox.get().some(({ state, seq }) => state === "queued" && seq <= settledKey(device)),
    addQueued,
    changeOperations: apply,
    showPull({ rows, replacesAllRows, confirmed, step }) {
      shownCursor = step.cursor;
      apply({ changed: [], removed: confirmed.map(({ id }) => id), rows, replacesAllRows });
    },
  };
}

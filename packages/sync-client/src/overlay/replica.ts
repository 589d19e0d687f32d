import { listDead, listQueued, differenceTo } from "../outbox/operation-list.ts";
import { asQueued, type OperationDelta } from "../outbox/tracked-operation.ts";
import { createDerived } from "../observable.ts";
import type { ShownPull } from "../pull/store-page.ts";
import { pagesOf, readState, settledKey, type StoredState } from "../storage/stored-state.ts";
import type { DeviceState, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import type { DeadLetter, Observable, QueuedOperation } from "../sync.ts";
import type { Overlay, OverlayChange } from "./overlay.ts";

/**
 * What this tab knows of the stored state: operations and rows change together, in one step that queries see whole.
 * Everything is applied in the order of the transactions it comes from: their results arrive in that order, and each is
 * applied before the next one arrives.
 */
export interface Replica {
  readonly outbox: Observable<readonly QueuedOperation[]>;
  readonly deadLetters: Observable<readonly DeadLetter[]>;
  /** Shows what was read as it is stored now; where there is no device any more, what it showed. */
  show(state: StoredState): void;
  /**
   * Reads what may have changed in the storage: everything, where this tab has read nothing of its device yet. Who
   * `keepsDevice` goes on showing its own where another is stored.
   */
  refresh(keepsDevice?: boolean): Promise<void>;
  /** Reads operations that another tab has queued. */
  refreshQueue(firstKey: number): Promise<void>;
  /** The one that is shown. */
  device(): DeviceState | undefined;
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
  let shown: DeviceState | undefined;

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
    if (!state.device) return;
    shown = state.device;
    apply({ ...differenceTo(operations, state.operations), pages: state.pages });
  }

  return {
    outbox,
    deadLetters,
    show,
    async refresh(keepsDevice) {
      const state = await readState(storage, shown);
      if (!keepsDevice || state.device?.deviceId === shown?.deviceId) show(state);
    },
    async refreshQueue(firstKey) {
      addQueued(await storage.transaction("read", ["outbox"], ({ list }) => list("outbox", { from: firstKey })));
    },
    device: () => shown,
    isBehind: (device) =>
      pagesOf(device).shown !== pagesOf(shown).shown ||
      [...operations.values()].some(({ state, key }) => state === "queued" && key <= settledKey(device)),
    addQueued,
    changeOperations: apply,
    showPull({ device, pages, confirmed }) {
      shown = device;
      apply({ changed: [], removed: confirmed.map(({ id }) => id), pages });
    },
  };
}

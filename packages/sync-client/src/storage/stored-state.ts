import type {
  DeviceState,
  RowKey,
  StorageTransaction,
  StoredDeadLetter,
  StoredOperation,
  StoredRow,
  SyncStorage,
} from "./sync-storage.ts";

/** Every operation that is not over. */
export interface StoredOperations {
  readonly queued: readonly StoredOperation[];
  readonly settled: readonly StoredOperation[];
  readonly deadLetters: readonly StoredDeadLetter[];
}

export interface StoredState {
  readonly operations: StoredOperations;
  readonly rows: readonly StoredRow[];
}

const OPERATION_STORES = ["outbox", "settled", "deadLetters"] as const;

/** Everything a tab shows, in one snapshot. */
export function readState(storage: SyncStorage): Promise<StoredState> {
  return storage.transaction("read", [...OPERATION_STORES, "rows"], async (transaction) => {
    const [operations, rows] = await Promise.all([readOperations(transaction), transaction.list("rows")]);
    return { operations, rows };
  });
}

/** What another tab says has changed, in one snapshot. */
export function readChanged(storage: SyncStorage, keys: readonly RowKey[]) {
  return storage.transaction("read", [...OPERATION_STORES, "rows"], async (transaction) => {
    const [operations, rows] = await Promise.all([
      readOperations(transaction),
      Promise.all(keys.map(({ entity, id }) => transaction.get("rows", [entity, id]))),
    ]);
    return {
      operations,
      rows: keys.map((key, index) => ({
        ...key,
        value: rows[index]?.value ?? null,
        version: rows[index]?.version ?? 0,
      })),
    };
  });
}

async function readOperations(transaction: StorageTransaction): Promise<StoredOperations> {
  const [queued, settled, deadLetters] = await Promise.all([
    transaction.list("outbox"),
    transaction.list("settled"),
    transaction.list("deadLetters"),
  ]);
  return { queued, settled, deadLetters };
}

/**
 * The device's state; a device that has none yet is made here. After a change of the contract everything is pulled
 * again: an older app has ignored what it did not know.
 */
export function openDevice(
  storage: SyncStorage,
  { newId, contractVersion }: { readonly newId: () => string; readonly contractVersion: number },
): Promise<DeviceState> {
  return storage.transaction("durableWrite", ["meta", "staged"], async (transaction) => {
    const known = await transaction.get("meta", "device");
    if (known?.contractVersion === contractVersion) return known;
    const device: DeviceState = {
      ...(known ?? { deviceId: newId(), seqBase: 0, ackSeq: 0, pulledSeq: 0, epoch: null }),
      contractVersion,
      cursor: null,
    };
    transaction.clear("staged");
    transaction.putDevice(withoutStaged(device));
    return device;
  });
}

/**
 * The seq up to which verdicts are confirmed to the server, which then forgets them: stored here **and** shown by a
 * pull. What no pull has shown may be sent again after a reset, and only the server's memory keeps it from a second
 * effect (I2).
 */
export const confirmedSeq = ({ ackSeq, pulledSeq }: DeviceState): number => Math.min(ackSeq, pulledSeq);

/** The same device with no pull under way. */
export function withoutStaged({ stagedCursor: _over, ...device }: DeviceState): DeviceState {
  return device;
}

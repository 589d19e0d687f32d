import { byOrder, isDead } from "../outbox/tracked-operation.ts";
import type { ShownOperation } from "../overlay/row-slot.ts";
import {
  appendBehind,
  getDevice,
  needDevice,
  OPERATION_STORES,
  UNHEARD,
  type OpenDeviceDeps,
} from "../storage/stored-state.ts";
import type { DeviceState, NewOperation, StorageTransaction } from "../storage/sync-storage.ts";
import type { Repair } from "./failure.ts";

export interface RepairDeps extends Pick<OpenDeviceDeps, "storage" | "newId" | "contract"> {
  /** The operations that this tab has in memory. */
  readonly known: () => Iterable<ShownOperation>;
  /** The device that this tab has read its operations of. */
  readonly knownDevice: () => DeviceState | undefined;
}

/** Puts the device back on its feet; the operations it holds stay, whatever happened. */
export function repairDevice(deps: RepairDeps, repair: Repair): Promise<void> {
  const remembered = [...deps.known()].sort(byOrder);
  return deps.storage.transaction("durableWrite", OPERATION_STORES, async (transaction) => {
    const known = deps.knownDevice();
    const [device, stored] = await Promise.all([getDevice(transaction), transaction.list("outbox")]);
    const outbox = stored.map(withOrigin(device));
    if (repair === "reopen") {
      const isKnown = device?.deviceId === known?.deviceId || device?.replaces !== undefined;
      // Another tab has led since, and done this already: what it has confirmed must not come a second time.
      if (device !== undefined && (isKnown || device.cursor !== null)) return;
      // What was queued since then stands there with new numbers, and behind what was queued before.
      const laterIds = new Set(outbox.map(({ id }) => id));
      const earlier = remembered.filter((operation) => !isDead(operation) && !laterIds.has(operation.id));
      await beginAnew(deps, transaction, {
        queue: [...earlier.map(withOrigin(known)), ...outbox].map(({ order: _order, ...operation }) => operation),
        known,
        device,
      });
      for (const { letter } of remembered.filter(isDead)) transaction.put("deadLetters", letter);
      return;
    }
    // The server answered the device that this tab knew: what it remembers of one that was cleared meanwhile comes first.
    const state = await needDevice(transaction, known);
    if (repair === "reset") return beginAnew(deps, transaction, { queue: outbox.toSorted(byOrder), device });
    // Everything is pulled again; what is shown stays until the pull has reached its end.
    transaction.putDevice({ ...state, cursor: null, stagedCursor: undefined });
  });
}

/**
 * A new device id with a sequence that starts at 1. What waits is queued again under new numbers, in its order; so are
 * the operations that no pull has shown yet, since the server may have forgotten them. Their ids stay, and so does the
 * place that each had first, hence what has its verdict has no second effect, whether the server still knows it or not
 * (I2). Versions belong to the old history, and so does `base`.
 */
async function beginAnew(
  { newId, contract }: RepairDeps,
  transaction: StorageTransaction,
  { queue, known, device }: Again,
): Promise<void> {
  transaction.clear("outbox");
  const operations = queue.map(({ key: _k, base: _b, state: _s, touches: _t, ...operation }) => operation);
  const seqBase = await appendBehind(transaction, operations);
  transaction.putDevice({
    ...UNHEARD,
    deviceId: newId(),
    contractVersion: contract.version,
    seqBase,
    // A push by one of them may still be under way. Those before them are origins.
    replaces: [known, device].flatMap((former) => former?.deviceId ?? []),
    scopes: device?.scopes,
    // Rows stay shown until all of them are pulled again.
    pages: device?.pages,
  });
}

/** An operation with its place in this device's queue, by which the server knows what became of it (I2). */
const withOrigin =
  (device: DeviceState | undefined) =>
  <Operation extends NewOperation & { readonly key: number }>(operation: Operation): Operation =>
    // What was queued in a database that was made since has another device, whose place nobody here knows.
    device && operation.key > device.seqBase
      ? { origin: { deviceId: device.deviceId, seq: operation.key - device.seqBase }, ...operation }
      : operation;

/** What a new device takes over. */
interface Again {
  readonly queue: readonly (NewOperation & Partial<Pick<ShownOperation, "key" | "state" | "touches">>)[];
  /** The one that this tab has read, where another is stored or none. */
  readonly known?: DeviceState | undefined;
  /** As it is stored. */
  readonly device: DeviceState | undefined;
}

import { byOrder, isDead } from "../outbox/tracked-operation.ts";
import type { ShownOperation } from "../overlay/row-slot.ts";
import {
  getDevice,
  needDevice,
  OPERATION_STORES,
  listQueue,
  UNHEARD,
  type OpenDeviceDeps,
} from "../storage/stored-state.ts";
import type { DeviceState, NewOperation, StorageTransaction } from "../storage/sync-storage.ts";
import type { Repair } from "./failure.ts";

export interface RepairDeps extends Pick<OpenDeviceDeps, "storage" | "newId" | "contract"> {
  /** The operations that this tab has in memory. */
  readonly known: () => Iterable<ShownOperation>;
  /** The device that this tab has read its operations of. */
  readonly knownDevice: () => string | undefined;
}

/** Puts the device back on its feet; the operations it holds stay, whatever happened. */
export function repairDevice(deps: RepairDeps, repair: Repair): Promise<void> {
  const remembered = [...deps.known()].sort(byOrder);
  return deps.storage.transaction("durableWrite", OPERATION_STORES, async (transaction) => {
    const device = await getDevice(transaction);
    const outbox = await listQueue(transaction, device);
    if (repair === "reopen") {
      const isKnown = device?.deviceId === deps.knownDevice() || device?.replaces !== undefined;
      // Another tab has led since, and done this already: what it has confirmed must not come a second time.
      if (device !== undefined && (isKnown || device.cursor !== null)) return;
      // What was queued since then stands there with new numbers, and behind what was queued before.
      const laterIds = new Set(outbox.map(({ id }) => id));
      const earlier = remembered.filter((operation) => !isDead(operation) && !laterIds.has(operation.id));
      await beginAnew(deps, transaction, {
        queue: [...earlier, ...outbox].map(({ order: _order, ...operation }) => operation),
        device,
      });
      const letters = remembered.filter(isDead);
      // Numbers begin anew, and no two operations may share one.
      letters.forEach(({ letter }, place) => {
        const operation = { ...letter.operation, order: place - letters.length };
        transaction.put("deadLetters", { ...letter, operation });
      });
      return;
    }
    // The server answered the device that this tab knew: what it remembers of one that was cleared meanwhile comes first.
    const known = await needDevice(transaction, deps.knownDevice());
    if (repair === "reset") return beginAnew(deps, transaction, { queue: outbox.toSorted(byOrder), device });
    // Everything is pulled again; what is shown stays until the pull has reached its end.
    transaction.putDevice({ ...known, cursor: null, stagedCursor: undefined });
  });
}

/**
 * A new device id with a sequence that starts at 1. What waits is queued again under new numbers, in its order; so are
 * the operations that no pull has shown yet, since the server may have forgotten them. Their ids stay, and so does the
 * place that each had first, hence what has its verdict has no second effect, whether the server still knows it or not
 * (I2). Versions belong to the old history, and so does `base`.
 */
async function beginAnew(
  { newId, contract, knownDevice }: RepairDeps,
  transaction: StorageTransaction,
  { queue, device }: Again,
): Promise<void> {
  transaction.clear("outbox");
  const operations = queue.map(({ key: _k, base: _b, state: _s, touches: _t, ...operation }) => operation);
  // What comes before the first operation only tells where that one lies, or will.
  const seqBase = await transaction.append([PROBE, ...operations]);
  transaction.delete("outbox", seqBase);
  transaction.putDevice({
    ...UNHEARD,
    deviceId: newId(),
    contractVersion: contract.version,
    seqBase,
    // A push by one of them may still be under way. Those before them are origins.
    replaces: [...new Set([knownDevice(), device?.deviceId])].filter((id) => id !== undefined),
    scopes: device?.scopes,
    // Rows stay shown until all of them are pulled again.
    pages: device?.pages,
  });
}

/** What a new device takes over. */
interface Again {
  readonly queue: readonly (NewOperation & Partial<Pick<ShownOperation, "key" | "state" | "touches">>)[];
  /** As it is stored. */
  readonly device: DeviceState | undefined;
}

/** Added and deleted within one transaction, to learn the key generator's position. */
const PROBE = { id: "", name: "", args: null, at: "", contractVersion: 0 };

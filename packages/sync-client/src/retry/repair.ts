import { MAX_REPLACED_DEVICES } from "@tidemark/api/contracts";
import { byOrder, isDead } from "../outbox/tracked-operation.ts";
import type { ShownOperation } from "../overlay/row-slot.ts";
import { UNHEARD, withoutStaged, type OpenDeviceDeps } from "../storage/stored-state.ts";
import type {
  DeviceState,
  NewOperation,
  StorageTransaction,
  StoredOperation,
  SyncStorage,
} from "../storage/sync-storage.ts";
import type { Repair } from "./failure.ts";

export interface RepairDeps extends Pick<OpenDeviceDeps, "storage" | "newId" | "contract"> {
  /** The operations that this tab has in memory. */
  readonly known: () => Iterable<ShownOperation>;
  /** The device that this tab has read its operations of. */
  readonly knownDevice: () => string | undefined;
  /** The device ids that this tab has pushed by: all that is known of them once the database is gone. */
  readonly sentBy: () => readonly string[];
}

/** Puts the device back on its feet; the operations it holds stay, whatever happened. */
export async function repairDevice(deps: RepairDeps, repair: Repair): Promise<void> {
  if (repair === "reopen") await restoreFromMemory(deps);
  else if (repair === "repull") await forgetCursor(deps.storage);
  else await takeNewDevice(deps);
}

/** The browser has cleared the database under an open tab: what this tab still knows is stored again. */
function restoreFromMemory(deps: RepairDeps): Promise<void> {
  const operations = [...deps.known()].sort(byOrder);
  return deps.storage.transaction("durableWrite", [...RESET_STORES, "deadLetters"], async (transaction) => {
    const device = await transaction.get("meta", "device");
    const former = deps.sentBy();
    const isKnown = device?.deviceId === deps.knownDevice() || device?.replaces !== undefined;
    // Another tab has led since, and done this already: what it has confirmed must not come a second time.
    if (device !== undefined && (isKnown || device.cursor !== null)) return;
    // What was queued since then stands there with new numbers, and behind what was queued before.
    const later = await transaction.list("outbox");
    const laterIds = new Set(later.map(({ id }) => id));
    const earlier = operations.filter((operation) => !isDead(operation) && !laterIds.has(operation.id));
    const unsettled = [...earlier.map(toStored), ...later].map(({ order: _order, ...operation }) => operation);
    await beginAnew(deps, transaction, {
      queue: unsettled,
      replaces: device === undefined ? former : [...former, device.deviceId].slice(-MAX_REPLACED_DEVICES),
    });
    const letters = operations.filter(isDead);
    // Numbers begin anew, and no two operations may share one.
    for (const [place, { letter }] of letters.entries()) {
      const operation = { ...letter.operation, order: place - letters.length };
      transaction.put("deadLetters", { ...letter, operation });
    }
  });
}

const toStored = ({ state: _state, touches: _touches, ...operation }: ShownOperation): StoredOperation => operation;

/** Everything is pulled again; what is shown stays until the pull has reached its end. */
function forgetCursor(storage: SyncStorage): Promise<void> {
  return storage.transaction("durableWrite", ["meta", "staged"], async (transaction) => {
    const device = await transaction.get("meta", "device");
    if (device === undefined) return;
    transaction.clear("staged");
    transaction.putDevice({ ...withoutStaged(device), cursor: null });
  });
}

/**
 * A new device id with a sequence that starts at 1. What waits is queued again under new numbers, in its order; so are
 * the operations that no pull has shown yet, since the server may have forgotten them. Their ids stay, hence what it
 * still knows has no second effect (I2).
 */
function takeNewDevice(deps: RepairDeps): Promise<void> {
  return deps.storage.transaction("durableWrite", RESET_STORES, async (transaction) => {
    const [outbox, former] = await Promise.all([transaction.list("outbox"), transaction.get("meta", "device")]);
    const unsettled = outbox.toSorted((left, right) => left.order - right.order);
    await beginAnew(deps, transaction, {
      queue: unsettled,
      // A push by a former id may still be under way.
      ...(former && { replaces: [...(former.replaces ?? []), former.deviceId].slice(-MAX_REPLACED_DEVICES) }),
      ...(former?.scopes && { scopes: former.scopes }),
    });
  });
}

const RESET_STORES = ["meta", "outbox", "staged"] as const;

/** Queues these from seq 1. Versions belong to the old history, and so does `base`. */
async function beginAnew(
  { newId, contract }: RepairDeps,
  transaction: StorageTransaction,
  {
    queue,
    ...kept
  }: Pick<DeviceState, "replaces" | "scopes"> & {
    readonly queue: readonly (NewOperation & { readonly key: number })[];
  },
): Promise<void> {
  for (const store of ["outbox", "staged"] as const) transaction.clear(store);
  const isEmpty = queue.length === 0;
  const operations = queue.map(({ key: _key, base: _base, ...operation }) => operation);
  const firstKey = await transaction.append(isEmpty ? [PROBE] : operations);
  if (isEmpty) transaction.delete("outbox", firstKey);
  transaction.putDevice({
    ...UNHEARD,
    deviceId: newId(),
    contractVersion: contract.version,
    // An empty queue leaves a hole at the key that only told where the next one will be.
    seqBase: isEmpty ? firstKey : firstKey - 1,
    ...kept,
  });
}

/** Added and deleted within one transaction, to learn the key generator's position. */
const PROBE = { id: "", name: "", args: null, at: "", contractVersion: 0 };

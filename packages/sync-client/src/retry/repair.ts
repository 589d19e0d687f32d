import { MAX_REPLACED_DEVICES } from "@tidemark/api/contracts";
import { byOrder } from "../outbox/dependents.ts";
import type { TrackedOperation } from "../outbox/tracked-operation.ts";
import { openDevice, UNHEARD, withoutStaged, type OpenDeviceDeps } from "../storage/stored-state.ts";
import type { StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import type { Repair } from "./failure.ts";

export interface RepairDeps extends OpenDeviceDeps {
  /** The operations that this tab has in memory. */
  readonly known: () => readonly TrackedOperation[];
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
async function restoreFromMemory(deps: RepairDeps): Promise<void> {
  const { storage, known } = deps;
  const operations = [...known()].sort(byOrder);
  await storage.transaction("durableWrite", ["meta", "outbox", "deadLetters"], async (transaction) => {
    if ((await transaction.get("meta", "device")) !== undefined) return;
    const unsettled = operations.flatMap(({ state, operation }) => (state === "dead" ? [] : [operation]));
    if (unsettled.length > 0) await transaction.append(unsettled.map(withoutHistory));
    for (const tracked of operations) if (tracked.state === "dead") transaction.put("deadLetters", tracked.letter);
  });
  await openDevice({ ...deps, replaces: deps.sentBy() });
}

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
function takeNewDevice({ storage, newId, contract }: RepairDeps): Promise<void> {
  const stores = ["meta", "outbox", "staged"] as const;
  return storage.transaction("durableWrite", stores, async (transaction) => {
    const [outbox, former] = await Promise.all([transaction.list("outbox"), transaction.get("meta", "device")]);
    for (const store of ["outbox", "staged"] as const) transaction.clear(store);
    const unsettled = outbox.toSorted((left, right) => left.order - right.order);
    const isEmpty = unsettled.length === 0;
    const firstKey = await transaction.append(isEmpty ? [PROBE] : unsettled.map(withoutHistory));
    if (isEmpty) transaction.delete("outbox", firstKey);
    transaction.putDevice({
      ...UNHEARD,
      deviceId: newId(),
      // A push by a former id may still be under way.
      ...(former && { replaces: [...(former.replaces ?? []), former.deviceId].slice(-MAX_REPLACED_DEVICES) }),
      contractVersion: contract.version,
      // An empty queue leaves a hole at the key that only told where the next one will be.
      seqBase: isEmpty ? firstKey : firstKey - 1,
      ...(former?.scopes && { scopes: former.scopes }),
    });
  });
}

/** Versions belong to the old history, and so does `base`. */
function withoutHistory({ key: _key, base: _base, ...operation }: StoredOperation): Omit<StoredOperation, "key"> {
  return operation;
}

/** Added and deleted within one transaction, to learn the key generator's position. */
const PROBE = { id: "", name: "", args: null, at: "", contractVersion: 0 };

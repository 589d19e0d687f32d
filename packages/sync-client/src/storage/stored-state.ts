import type { RuntimeContract } from "../contract.ts";
import { asDead, asQueued, asSettled, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { upgradeStored } from "../outbox/upgrade-stored.ts";
import { needsReopening } from "../retry/failure.ts";
import { storageNewer } from "./storage-errors.ts";
import type {
  DeviceState,
  NewOperation,
  PageKeys,
  StorageTransaction,
  StoredOperation,
  StoredPage,
  SyncStorage,
} from "./sync-storage.ts";

export interface StoredState {
  /** Every operation that is not over. */
  readonly operations: readonly TrackedOperation[];
  /** Absent before this database was first used, and once it was cleared. */
  readonly device: DeviceState | undefined;
  /** Those that this tab has not shown yet, in their order. */
  readonly pages: readonly StoredPage[];
}

export interface OpenDeviceDeps {
  readonly storage: SyncStorage;
  readonly newId: () => string;
  readonly contract: RuntimeContract;
  /** Hears what the contract's own upgrades threw. */
  readonly reportError: (error: unknown) => void;
}

export const OPERATION_STORES = ["meta", "outbox", "deadLetters"] as const;
const SHOWN_STORES = [...OPERATION_STORES, "pages"] as const;

/** What a tab shows, in one snapshot: every operation, and all pages or those after what it shows of this device. */
export function readState(storage: SyncStorage, shown?: DeviceState): Promise<StoredState> {
  return storage.transaction("read", SHOWN_STORES, async (transaction) => {
    const device = await getDevice(transaction);
    const isOther = shown?.deviceId !== device?.deviceId;
    const [[outbox, letters], pages] = await Promise.all([
      readOperations(transaction),
      transaction.list("pages", { from: isOther ? 1 : pagesOf(shown).shown + 1, to: pagesOf(device).shown }),
    ]);
    const settled = device ? settledKey(device) : -1;
    const operations = outbox.map((operation) => (operation.key > settled ? asQueued : asSettled)(operation));
    return {
      device,
      pages: isOther ? [NO_ROWS, ...pages] : pages,
      operations: [...operations, ...letters.map(asDead)],
    };
  });
}

/** Before the first page. */
const NO_ROWS: StoredPage = { key: 0, isFirst: true, removedScopes: [], changes: [] };
const NO_PAGES: PageKeys = { shown: 0, last: 0, room: 0 };

export const pagesOf = (device: DeviceState | undefined): PageKeys => device?.pages ?? NO_PAGES;

const readOperations = (transaction: StorageTransaction) =>
  Promise.all([transaction.list("outbox"), transaction.list("deadLetters")]);

export const getDevice = (transaction: StorageTransaction) => transaction.get("meta", "device");

/** @throws ExchangeError where there is none any more, or another one than the one that is known */
export async function needDevice(
  transaction: StorageTransaction,
  known?: Pick<DeviceState, "deviceId">,
): Promise<DeviceState> {
  const device = await getDevice(transaction);
  if (device === undefined || (known ?? device).deviceId !== device.deviceId) throw needsReopening();
  return device;
}

/** What a device knows of a server that it has not heard of yet. */
export const UNHEARD = { ackSeq: 0, pulledSeq: 0, epoch: null, cursor: null } as const;

/** Queues operations and answers the key before the first of them, for a device that begins with them. */
export async function appendBehind(
  transaction: StorageTransaction,
  operations: readonly NewOperation[],
): Promise<number> {
  const seqBase = await transaction.append([PROBE, ...operations]);
  transaction.delete("outbox", seqBase);
  return seqBase;
}

/** Added and deleted within one transaction, to learn the key generator's position. */
const PROBE = { id: "", name: "", args: null, at: "", contractVersion: 0 };

/** Brings the device to this app's contract; a device that has no state yet is made here. */
export async function openDevice(deps: OpenDeviceDeps): Promise<void> {
  const { storage, newId, contract } = deps;
  const known = await storage.transaction("durableWrite", ["meta", "outbox"], async (transaction) => {
    const stored = await getDevice(transaction);
    if (stored) return stored;
    // An older app may have written into a database that was cleared under it.
    const [oldest] = await transaction.list("outbox", { limit: 1 });
    const contractVersion = oldest?.contractVersion ?? contract.version;
    const seqBase = oldest ? oldest.key - 1 : await appendBehind(transaction, []);
    const device = { ...UNHEARD, seqBase, deviceId: newId(), contractVersion };
    transaction.putDevice(device);
    return device;
  });
  if (known.contractVersion > contract.version) throw storageNewer();
  if (known.contractVersion < contract.version) await upgradeDevice(deps);
}

/**
 * What an older app has queued becomes what this one would have queued, in one transaction; everything is pulled again:
 * that app has ignored what it did not know.
 */
async function upgradeDevice(deps: OpenDeviceDeps): Promise<void> {
  const { storage, contract } = deps;
  const [outbox, deadLetters] = await storage.transaction("read", OPERATION_STORES, readOperations);
  const upgrade = (operation: StoredOperation) => upgradeStored(deps, operation);
  // Nobody writes meanwhile: tabs of that app have made way, and those of this one do the same first.
  const queued = await Promise.all(outbox.map(upgrade));
  const refused = await Promise.all(
    deadLetters.map(async (letter) => ({ ...letter, operation: await upgrade(letter.operation) })),
  );
  await storage.transaction("durableWrite", OPERATION_STORES, async (transaction) => {
    const device = await getDevice(transaction);
    // Another tab of this version may have been first.
    if (device === undefined || device.contractVersion >= contract.version) return;
    for (const operation of queued) transaction.put("outbox", operation);
    for (const letter of refused) transaction.put("deadLetters", letter);
    transaction.putDevice({
      ...device,
      contractVersion: contract.version,
      cursor: null,
      stagedCursor: undefined,
    });
  });
}

/** Where the next page begins; `null` where everything is pulled from nothing. */
export const nextCursor = ({ stagedCursor, cursor }: DeviceState): string | null => stagedCursor ?? cursor;

/**
 * The seq up to which verdicts are confirmed to the server, which then forgets them: stored here **and** shown by a
 * pull. What no pull has shown may be sent again after a reset, and only the server's memory keeps it from a second
 * effect (I2).
 */
export const confirmedSeq = ({ ackSeq, pulledSeq }: DeviceState): number => Math.min(ackSeq, pulledSeq);

/** The outbox key up to which operations have their verdict; what lies after it waits. */
export const settledKey = ({ seqBase, ackSeq }: DeviceState): number => seqBase + ackSeq;

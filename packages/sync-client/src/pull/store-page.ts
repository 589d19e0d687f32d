import type { PullOutput } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import type { PulledRow } from "../overlay/overlay.ts";
import type { PullStep } from "../tabs/channel.ts";
import { getDevice, settledKey } from "../storage/stored-state.ts";
import type {
  DeviceState,
  StorageTransaction,
  StoredChange,
  StoredOperation,
  SyncStorage,
} from "../storage/sync-storage.ts";
import { foldPages, toStagedPage, type FoldedPull } from "./fold-pages.ts";

/** What a finished pull changed. */
export interface ShownPull {
  readonly step: PullStep;
  /** The pull began at nothing: `rows` are all there are. */
  readonly replacesAllRows: boolean;
  readonly rows: readonly PulledRow[];
  /** Operations whose effect the rows contain now. */
  readonly confirmed: readonly StoredOperation[];
}

/**
 * Stores a page that was pulled by `asked`. Pages before the last are only set aside; the last one brings rows, cursor
 * and confirmed operations together in one transaction (I5, I8), and is answered with what it shows. A page is void where
 * the device moved on while it was under way.
 */
export function storePage(
  { storage, contract }: { readonly storage: SyncStorage; readonly contract: RuntimeContract },
  asked: DeviceState,
  output: PullOutput,
): Promise<ShownPull | undefined> {
  const stores = ["meta", "rows", "outbox", "staged"] as const;
  return storage.transaction("write", stores, async (transaction): Promise<ShownPull | undefined> => {
    const device = await getDevice(transaction);
    const isMoved =
      device?.deviceId !== asked.deviceId ||
      device.cursor !== asked.cursor ||
      device.stagedCursor !== asked.stagedCursor;
    if (isMoved) return undefined;
    const page = toStagedPage(contract, output);
    if (output.hasMore) {
      transaction.put("staged", page);
      transaction.putDevice({ ...device, stagedCursor: output.cursor });
      return undefined;
    }
    const pages = device.stagedCursor === undefined ? [page] : [...(await transaction.list("staged")), page];
    const replacesAllRows = device.cursor === null;
    const rows = await writeRows(transaction, foldPages(pages), replacesAllRows);
    const pulledSeq = Math.max(device.pulledSeq, output.lastSeq);
    // Those without a verdict wait for it, whatever the rows show.
    const confirmedKey = Math.min(device.seqBase + pulledSeq, settledKey(device));
    const confirmed = await transaction.list("outbox", { to: confirmedKey });
    transaction.trimOutbox(confirmedKey);
    transaction.clear("staged");
    const { cursor, epoch } = output;
    transaction.putDevice({ ...device, cursor, epoch, pulledSeq, pulledScopes: asked.scopes, stagedCursor: undefined });
    return { replacesAllRows, rows, confirmed, step: { since: device.cursor, cursor } };
  });
}

async function writeRows(
  transaction: StorageTransaction,
  { removedScopes, changes }: FoldedPull,
  replacesAllRows: boolean,
): Promise<readonly PulledRow[]> {
  if (replacesAllRows) transaction.clear("rows");
  // Lost scopes go before anything of this pull is written: one of them may have been regained.
  const purged = (await Promise.all(removedScopes.map(transaction.rowKeysOf))).flat();
  for (const { entity, id } of purged) transaction.delete("rows", [entity, id]);
  const write = async (change: StoredChange): Promise<readonly StoredChange[]> => {
    const { entity, id, scope, value } = change;
    if (value) transaction.put("rows", { ...change, value });
    else {
      // A deletion from a scope that the row has left already deletes nothing.
      const stored = await transaction.get("rows", [entity, id]);
      if (stored && stored.scope !== scope) return [];
      transaction.delete("rows", [entity, id]);
    }
    return [change];
  };
  const written = await Promise.all(changes.map(write));
  return [...purged.map((key) => ({ ...key, version: 0, value: null })), ...written.flat()];
}

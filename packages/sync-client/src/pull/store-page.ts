import type { PullOutput } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import type { PulledRow } from "../overlay/overlay.ts";
import type { PullStep } from "../tabs/channel.ts";
import { settledKey, withoutStaged } from "../storage/stored-state.ts";
import type { DeviceState, StorageTransaction, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import { foldPages, toStagedPage, type FoldedPull } from "./fold-pages.ts";

/** What a finished pull changed. */
export interface ShownPull extends PullStep {
  /** The pull began at nothing: `rows` are all there are. */
  readonly replacesAllRows: boolean;
  readonly rows: readonly PulledRow[];
  /** Operations whose effect the rows contain now. */
  readonly confirmed: readonly StoredOperation[];
}

const PULL_STORES = ["meta", "rows", "outbox", "staged"] as const;

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
  return storage.transaction("write", PULL_STORES, async (transaction): Promise<ShownPull | undefined> => {
    const device = await transaction.get("meta", "device");
    if (device === undefined || !isSamePosition(device, asked)) return undefined;
    const page = toStagedPage(contract, output);
    if (output.hasMore) {
      transaction.stage(page);
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
    // A device that never subscribed has no such member.
    const pulledScopes = asked.scopes && { pulledScopes: asked.scopes };
    transaction.putDevice({ ...withoutStaged(device), cursor, epoch, pulledSeq, ...pulledScopes });
    return { replacesAllRows, rows, confirmed, since: device.cursor, cursor };
  });
}

const isSamePosition = (left: DeviceState, right: DeviceState): boolean =>
  left.deviceId === right.deviceId && left.cursor === right.cursor && left.stagedCursor === right.stagedCursor;

async function writeRows(
  transaction: StorageTransaction,
  { removedScopes, changes }: FoldedPull,
  replacesAllRows: boolean,
): Promise<readonly PulledRow[]> {
  if (replacesAllRows) transaction.clear("rows");
  // Lost scopes go before anything of this pull is written: one of them may have been regained.
  const purged = (await Promise.all(removedScopes.map(transaction.rowKeysOf))).flat();
  for (const { entity, id } of purged) transaction.delete("rows", [entity, id]);
  const deleted = await Promise.all(
    changes.map(async ({ entity, id, value }) => (value === null ? transaction.get("rows", [entity, id]) : undefined)),
  );
  // A deletion from a scope that the row has left already deletes nothing.
  const written = changes.filter(({ scope }, position) => (deleted[position]?.scope ?? scope) === scope);
  for (const { value, ...change } of written) {
    if (value === null) transaction.delete("rows", [change.entity, change.id]);
    else transaction.put("rows", { ...change, value });
  }
  return [...purged.map((key) => ({ ...key, version: 0, value: null })), ...written];
}

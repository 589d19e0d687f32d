import type { PullOutput } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import { getDevice, pagesOf, settledKey } from "../storage/stored-state.ts";
import type {
  DeviceState,
  PageKeys,
  StorageTransaction,
  StoredOperation,
  StoredPage,
  SyncStorage,
} from "../storage/sync-storage.ts";
import { foldPages } from "./fold-pages.ts";

/** What a finished pull changed. */
export interface ShownPull {
  /** As the pull left it. */
  readonly device: DeviceState;
  readonly pages: readonly StoredPage[];
  /** Operations whose effect the rows contain now. */
  readonly confirmed: readonly StoredOperation[];
}

export interface StorePageDeps {
  readonly storage: SyncStorage;
  readonly contract: RuntimeContract;
  /** Rows that may be pulled beyond those there are, until all pages are written anew. */
  readonly pageRoom: number;
}

/**
 * Stores a page that was pulled by `asked`. Pages before the last are only set aside; the last one brings them, cursor
 * and confirmed operations together in one transaction (I5, I8), and is answered with what it shows. A page is void where
 * the device moved on while it was under way.
 */
export function storePage(
  { storage, contract, pageRoom }: StorePageDeps,
  asked: DeviceState,
  output: PullOutput,
): Promise<ShownPull | undefined> {
  return storage.transaction("write", ["meta", "pages", "outbox"], async (transaction) => {
    const device = await getDevice(transaction);
    const { shown, last, room } = pagesOf(device);
    const isMoved =
      device?.deviceId !== asked.deviceId ||
      device.cursor !== asked.cursor ||
      device.stagedCursor !== asked.stagedCursor ||
      // A page may leave the cursor where it was.
      last !== pagesOf(asked).last;
    if (isMoved) return undefined;
    const { cursor, epoch, removedScopes } = output;
    const keys = { shown, last: last + 1, room };
    const page = {
      key: keys.last,
      isFirst: device.cursor === null && device.stagedCursor === undefined,
      removedScopes,
      // What this contract does not know is left out.
      changes: output.changes.filter(({ entity }) => Object.hasOwn(contract.entities, entity)),
    };
    transaction.put("pages", page);
    if (output.hasMore) {
      transaction.putDevice({ ...device, stagedCursor: cursor, pages: keys });
      return undefined;
    }
    const pages = shown === last ? [page] : await transaction.list("pages", { from: shown + 1 });
    const pulledSeq = Math.max(device.pulledSeq, output.lastSeq);
    // Those without a verdict wait for it, whatever the rows show.
    const confirmedKey = Math.min(device.seqBase + pulledSeq, settledKey(device));
    const confirmed = await transaction.list("outbox", { to: confirmedKey });
    transaction.trim("outbox", confirmedKey);
    const next = {
      ...device,
      cursor,
      epoch,
      pulledSeq,
      pulledScopes: asked.scopes,
      stagedCursor: undefined,
      pages: await keepPages(transaction, pages, { ...keys, pageRoom }),
    };
    transaction.putDevice(next);
    return { device: next, pages, confirmed };
  });
}

/** So many rows cost as much to read as a page of its own. */
const ROWS_OF_A_PAGE = 20;
/** Rows of a page that is written anew: as many as a server sends. */
const PAGE_ROWS = 1_000;

/**
 * Frees what the pages that are shown now have made void. Most of it stays until more was pulled than there are rows, so
 * that a pull costs what it brings; a lost scope is not to be found on the disk any more.
 */
async function keepPages(
  transaction: StorageTransaction,
  pages: readonly StoredPage[],
  { last, room: roomBefore, pageRoom }: PageKeys & Pick<StorePageDeps, "pageRoom">,
): Promise<PageKeys> {
  const size = pages.reduce((sum, { changes }) => sum + changes.length + ROWS_OF_A_PAGE, 0);
  let key = last;
  let room = roomBefore - size;
  const first = pages.findLast(({ isFirst }) => isFirst);
  if (first) {
    transaction.trim("pages", first.key - 1);
    room = size + pageRoom;
  } else if (room < 0 || pages.some(({ removedScopes }) => removedScopes.length)) {
    const rows = foldPages(await transaction.list("pages"));
    transaction.trim("pages", last);
    room = rows.length + pageRoom;
    for (let start = 0; start === 0 || start < rows.length; start += PAGE_ROWS) {
      const changes = rows.slice(start, start + PAGE_ROWS);
      transaction.put("pages", { key: (key += 1), isFirst: start === 0, removedScopes: [], changes });
    }
  }
  return { shown: key, last: key, room };
}

import type { PullOutput } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import { getDevice, nextCursor, pagesOf, settledKey } from "../storage/stored-state.ts";
import type {
  DeviceState,
  PageKeys,
  StorageTransaction,
  StoredChange,
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
  /** Characters of JSON that may be pulled beyond those there are, until all pages are written anew. */
  readonly pageRoom: number;
}

/**
 * Stores a page that was pulled by `asked`. Pages before the last are only set aside; the last one brings them, cursor
 * and confirmed operations together in one transaction (I5, I8), and is answered with what it shows. A page is void where
 * the device moved on while it was under way.
 */
export function storePage(deps: StorePageDeps, asked: DeviceState, output: PullOutput): Promise<ShownPull | undefined> {
  // A full disk may have no room for all pages, and has it for this one.
  return store(deps, asked, output).catch(() => store({ ...deps, pageRoom: -1 }, asked, output));
}

function store(
  { storage, contract, pageRoom }: StorePageDeps,
  asked: DeviceState,
  output: PullOutput,
): Promise<ShownPull | undefined> {
  return storage.transaction("write", ["meta", "pages", "outbox"], async (transaction) => {
    const device = await getDevice(transaction);
    const { shown, last, room } = pagesOf(device);
    const isMoved =
      device?.deviceId !== asked.deviceId ||
      nextCursor(device) !== nextCursor(asked) ||
      // A page may leave the cursor where it was.
      last !== pagesOf(asked).last;
    if (isMoved) return undefined;
    const { cursor, epoch, removedScopes } = output;
    const page = {
      key: last + 1,
      isFirst: nextCursor(device) === null,
      removedScopes,
      // What this contract does not know is left out.
      changes: output.changes.filter(({ entity }) => Object.hasOwn(contract.entities, entity)),
    };
    // Of a pull that never ended.
    if (page.isFirst) for (let stale = shown + 1; stale <= last; stale += 1) transaction.delete("pages", stale);
    const size = sizeOf(page.changes);
    // What is pulled from nothing is all there is.
    const left = (page.isFirst ? pageRoom : room) + (device.cursor === null ? size : -size);
    // A lost scope is not to be found on the disk any more.
    const keys = { shown, last: page.key, room: removedScopes.length ? -Infinity : left };
    transaction.put("pages", page);
    if (output.hasMore) {
      transaction.putDevice({ ...device, stagedCursor: cursor, pages: keys });
      return undefined;
    }
    const pages = shown === last ? [page] : await transaction.list("pages", { from: shown + 1 });
    // All of it is pulled anew.
    if (device.cursor === null) transaction.trim("pages", shown);
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
      pages: await keepPages(transaction, { ...keys, pageRoom }),
    };
    transaction.putDevice(next);
    return { device: next, pages, confirmed };
  });
}

/** So many characters cost as much to read as a page of its own. */
const PAGE_SIZE = 4_000;
/** Rows of a page that is written anew: as many as a server sends. */
const PAGE_ROWS = 1_000;

const sizeOf = (changes: readonly StoredChange[]): number => JSON.stringify(changes).length + PAGE_SIZE;

/**
 * Frees what the pages that are shown now have made void. Most of it stays until more was pulled than there is, so that a
 * pull costs what it brings. Without a `pageRoom` nothing is written anew.
 */
async function keepPages(
  transaction: StorageTransaction,
  { last, room: roomBefore, pageRoom }: PageKeys & Pick<StorePageDeps, "pageRoom">,
): Promise<PageKeys> {
  let key = last;
  let room = roomBefore;
  if (room < 0 && pageRoom >= 0) {
    const rows = foldPages(await transaction.list("pages"));
    transaction.trim("pages", key);
    room = pageRoom;
    do {
      const changes = rows.splice(0, PAGE_ROWS);
      transaction.put("pages", { key: (key += 1), isFirst: key === last + 1, removedScopes: [], changes });
      room += sizeOf(changes);
    } while (rows.length > 0);
  }
  return { shown: key, last: key, room };
}

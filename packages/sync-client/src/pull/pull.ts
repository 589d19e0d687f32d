import type { PullOutput, PullRequest } from "@tidemark/api/contracts";
import type { Clock } from "../clock.ts";
import { inTime, type SyncTransport } from "../connection/transport.ts";
import { checkAnswer, needsReset } from "../retry/failure.ts";
import { confirmedSeq, needDevice, nextCursor } from "../storage/stored-state.ts";
import type { DeviceState } from "../storage/sync-storage.ts";
import { storePage, type ShownPull, type StorePageDeps } from "./store-page.ts";

export interface PullOutcome {
  readonly changes: number;
  readonly shown: ShownPull | undefined;
}

/**
 * Brings everything that changed since the cursor; `onPage` hears of each page that is stored or brings nothing. Rejects
 * with an `ExchangeError`, or with what transport or storage threw.
 */
export type Pull = (signal: AbortSignal, onPage: () => void) => Promise<PullOutcome>;

export interface PullDeps extends StorePageDeps {
  readonly userId: string;
  readonly transport: SyncTransport;
  readonly clock: Clock;
  /** The device that this tab has read its operations of, if it has. */
  readonly knownDevice: () => DeviceState | undefined;
  /** More of it is stored than this tab shows. */
  readonly isBehind: (device: DeviceState) => boolean;
  /** What is stored may have changed as a whole. */
  readonly onReplaced: () => Promise<void>;
}

export function createPull(deps: PullDeps): Pull {
  const { storage, transport, clock, knownDevice } = deps;

  return async function pull(signal, onPage) {
    let changes = 0;
    while (true) {
      const device = await storage.transaction("read", ["meta"], (transaction) =>
        needDevice(transaction, knownDevice()),
      );
      // A leader that was robbed may have stored what it had under way, and died before it could tell.
      if (deps.isBehind(device)) await deps.onReplaced();
      const page = await inTime(clock, signal, (options) => transport.pull(toRequest(deps, device), options));
      checkAnswer(page, page?.cursor && page.changes);
      if (device.epoch !== null && device.epoch !== page.epoch) throw needsReset();
      const isOver = bringsNothing(device, page);
      const shown = isOver ? undefined : await storePage(deps, device, page);
      changes += page.changes.length;
      onPage();
      if (isOver || shown) return { changes, shown };
    }
  };
}

function toRequest({ contract, userId }: PullDeps, device: DeviceState): PullRequest {
  const byDefault = contract.defaultScopes?.({ user: { id: userId } });
  return {
    deviceId: device.deviceId,
    contract: { name: contract.name, version: contract.version },
    ackSeq: confirmedSeq(device),
    cursor: nextCursor(device),
    scopes: byDefault && [...new Set([...byDefault, ...(device.scopes ?? []), `user:${userId}`])],
  };
}

/** The usual poll: it costs no write. */
function bringsNothing(device: DeviceState, page: PullOutput): boolean {
  return (
    page.changes.length === 0 &&
    page.removedScopes.length === 0 &&
    page.lastSeq <= device.pulledSeq &&
    page.cursor === device.cursor &&
    device.stagedCursor === undefined &&
    String(device.scopes) === String(device.pulledScopes)
  );
}

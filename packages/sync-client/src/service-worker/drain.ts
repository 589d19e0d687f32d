import type { RuntimeContract } from "../contract.ts";
import { createCore } from "../core/core.ts";
import type { DeviceDeps } from "../device-deps.ts";
import { SyncClientError } from "../errors.ts";
import { getDevice, openDevice, settledKey } from "../storage/stored-state.ts";
import type { SyncStorage } from "../storage/sync-storage.ts";

/** `tab-leads`: an open tab has the lead, or took it, and does the work itself. */
export type DrainOutcome = "drained" | "tab-leads";

/** A device without a page: what it writes and shows is no concern of the drain. */
export interface DrainDeps extends DeviceDeps {
  readonly contract: RuntimeContract;
}

/**
 * Pushes what is queued and pulls once, as a leader without a page. Shows nothing, so it loads nothing; tabs that sleep
 * are told to read the storage again.
 * @throws SyncClientError `NOT_DRAINED`, `STORAGE_…`: operations still wait, try again later.
 */
export async function drain(deps: DrainDeps): Promise<DrainOutcome> {
  const { storage, channel } = deps;
  try {
    if ((await countQueued(storage)) === 0) return "drained";
    await openDevice(deps);
    return await lead(deps);
  } finally {
    channel.close();
    storage.close();
  }
}

async function lead(deps: DrainDeps): Promise<DrainOutcome> {
  const { storage, channel } = deps;
  const announce = (): void => channel.post({ type: "changed" });
  let isOurs = true;
  const { promise: lost, resolve: loseLead } = Promise.withResolvers<void>();
  const core = createCore({
    ...deps,
    known: () => [],
    knownDevice: () => undefined,
    isBehind: () => false,
    onPushed: announce,
    onPulled: announce,
    onReplaced: async () => announce(),
    onTold: () => {},
    // A visible tab that opens meanwhile takes over at once.
    page: { isVisible: () => false, listen: () => () => {} },
    pollIntervalMs: NEVER_MS,
    onUnauthorized: () => new Promise(() => {}),
    locks: {
      async hold(name, { signal }, hold) {
        const end = await deps.locks.hold(name, { mode: "if-free", signal }, hold);
        if (end === "given-back") return end;
        isOurs = false;
        loseLead();
        return "missed";
      },
    },
  });
  core.start();
  try {
    await Promise.race([core.syncNow(), lost]);
    if (isOurs && core.report.get().reason === "signed-out") {
      await deps.onUnauthorized();
      await Promise.race([core.syncNow(), lost]);
    }
    if (!isOurs) return "tab-leads";
    const queued = await countQueued(storage);
    if (queued === 0) return "drained";
    throw new SyncClientError("NOT_DRAINED", `${queued} operations still wait: ${core.report.get().reason}.`);
  } finally {
    await core.stop();
  }
}

/** One round is all that a service worker makes; the browser wakes it again. */
const NEVER_MS = 2 ** 26;

const countQueued = (storage: SyncStorage): Promise<number> =>
  storage.transaction("read", ["meta", "outbox"], async (transaction) => {
    const device = await getDevice(transaction);
    const waiting = (await transaction.lastKey()) - (device ? settledKey(device) : 0);
    return waiting > 0 ? waiting : 0;
  });

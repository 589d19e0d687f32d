import type { AnySyncContract } from "@tidemark/api/contracts";
import type { Page } from "./connection/page.ts";
import { readContract } from "./contract.ts";
import { createCore } from "./core/core.ts";
import type { DeviceDeps } from "./device-deps.ts";
import { stopped, SyncClientError } from "./errors.ts";
import { buildMutators } from "./mutators.ts";
import { createCell, createDerived } from "./observable.ts";
import { withDependents } from "./outbox/dependents.ts";
import { deadGroup } from "./outbox/operation-list.ts";
import { createOutbox, noDeadLetter, type EditedOperation } from "./outbox/outbox.ts";
import { asQueued, type DeadOperation, type OperationDelta } from "./outbox/tracked-operation.ts";
import { createOverlay } from "./overlay/overlay.ts";
import { createReplica } from "./overlay/replica.ts";
import { createSubscriptions } from "./pull/subscriptions.ts";
import { storageReason } from "./retry/failure.ts";
import { openDevice, readState } from "./storage/stored-state.ts";
import { createStorageMeter, type MeasureStorage } from "./storage/storage-use.ts";
import type { Mutators, OperationId, SyncClient, SyncStatus } from "./sync.ts";
import type { TabMessage } from "./tabs/channel.ts";
import { createTellQueued } from "./tabs/tell-queued.ts";

/** Everything outside of the core. A simulation brings its own; `createSync` brings the browser's. */
export interface SyncClientDeps<Contract extends AnySyncContract> extends DeviceDeps {
  readonly contract: Contract;
  readonly page: Page;
  readonly pollIntervalMs: number;
  readonly measureStorage: MeasureStorage;
  /** Something waits that a service worker could send when no tab is open any more. */
  readonly requestDrain: () => void;
}

/** The first signature is where the contract's own types come in: a row is what its functions and its server made of it. */
export function createSyncClient<Contract extends AnySyncContract>(
  deps: SyncClientDeps<Contract>,
): SyncClient<Contract>;
export function createSyncClient<Contract extends AnySyncContract>(
  deps: SyncClientDeps<Contract>,
): Record<keyof SyncClient<Contract>, unknown> {
  const { storage } = deps;
  const contract = readContract(deps.contract);
  const parts = { ...deps, contract };
  const overlay = createOverlay(parts);
  const replica = createReplica({ storage, overlay });
  const { operations } = overlay;
  const core = createCore({
    ...parts,
    known: () => operations.values(),
    knownDevice: replica.device,
    isBehind: replica.isBehind,
    onPushed: changeOperations,
    onPulled(pull) {
      replica.showPull(pull);
      announceChanged();
    },
    async onReplaced() {
      await replica.refresh();
      announceChanged();
      checkSubscriptions();
    },
    onTold: (message) => follow(readTold(message)),
  });
  const storageFailure = createCell<"storage" | "app-too-old" | undefined>(undefined);
  const meter = createStorageMeter(deps);
  const tellQueued = createTellQueued(deps, () => !isStopped && deps.page.isVisible());
  let isStopped = false;
  let cancelRetry = (): void => {};

  /** What is true now (I10): a dead letter does not wait, and nothing counts as synced before the server was heard. */
  const status = createDerived((): SyncStatus => {
    const { reason: told, lastSyncedAt } = core.report.get();
    const standing = core.standing.get();
    const counts = overlay.count();
    const isLeaderless = standing === "leaderless";
    const reason = storageFailure.get() ?? (isLeaderless ? "none" : told);
    const isPending = counts.pending > 0 || !lastSyncedAt || isLeaderless;
    return {
      state: reason === "offline" ? reason : reason !== "none" ? "stuck" : isPending ? "pending" : "synced",
      ...counts,
      reason,
      lastSyncedAt,
      isLeader: standing === "leading",
      storage: meter.get(),
    };
  });
  for (const source of [replica.outbox, replica.deadLetters, core.report, core.standing, storageFailure, meter]) {
    source.subscribe(status.invalidate);
  }
  core.report.subscribe(() => meter.refresh(false));
  const endWatching = deps.page.listen(() => {
    tellQueued();
    if (!deps.page.isVisible() && overlay.count().pending) deps.requestDrain();
  });

  let opening = openOrRetry();
  const opened = opening;
  const outbox = createOutbox({ ...parts, opened: () => opening, baseOf: overlay.baseOf, onQueued });

  const subscriptions = createSubscriptions({
    ...deps,
    opened: ready,
    show: () => replica.refresh(),
    onChanged() {
      announceChanged();
      core.wake("both", true);
    },
  });
  core.report.subscribe(checkSubscriptions);

  return {
    opened,
    mutate: buildMutators<Contract>(contract, enqueue),
    enqueue,
    transaction,
    query: overlay.query,
    subscribe: subscriptions.subscribe,
    status,
    outbox: replica.outbox,
    activity: { get: () => core.report.get().activity, subscribe: core.report.subscribe },
    deadLetters: {
      ...replica.deadLetters,
      retry: (id: string) => requeue(id),
      edit: (id: string, args: unknown) => requeue(id, { id, args }),
      discard,
    },
    async syncNow() {
      await ready();
      await core.syncNow();
    },
    async stop() {
      isStopped = true;
      cancelRetry();
      endWatching();
      tellQueued();
      subscriptions.stop();
      await core.stop();
      storage.close();
    },
  };
  async function open(): Promise<void> {
    // Nearly always all is there and of this contract: one transaction reads it.
    const state = await readState(storage);
    if (state.device?.contractVersion === contract.version) replica.show(state);
    else {
      await openDevice(parts);
      await replica.refresh();
    }
    meter.refresh(true);
    if (!isStopped) core.start();
  }

  /** What stands in the way may go: an older tab is closed, space is freed, site data is allowed. */
  function openOrRetry(): Promise<void> {
    const attempt = watchStorage(open());
    attempt.catch(() => {
      if (isStopped) return;
      cancelRetry = deps.clock.after(deps.pollIntervalMs, () => {
        opening = openOrRetry();
      });
    });
    return attempt;
  }

  async function ready(): Promise<void> {
    refuseStopped();
    await opening;
    refuseStopped();
  }

  function refuseStopped(): void {
    if (isStopped) throw stopped();
  }

  async function transaction(write: (mutate: Mutators<Contract>) => void | Promise<void>) {
    refuseStopped();
    return await watchStorage(outbox.transaction((note) => write(buildMutators<Contract>(contract, note))));
  }

  async function enqueue(name: string, args: unknown): Promise<OperationId> {
    refuseStopped();
    return await watchStorage(outbox.enqueue(name, args));
  }

  function onQueued(queued: Parameters<typeof replica.addQueued>[0]): void {
    if (!overlay.count().pending) deps.requestDrain();
    replica.addQueued(queued);
    tellQueued(queued[0]?.key);
    core.wake("push", false);
  }

  async function requeue(letterId: string, edited?: EditedOperation): Promise<void> {
    await ready();
    const letters = deadGroup(operations, deadLetter(letterId));
    const queued = await watchStorage(outbox.requeue(letters, edited));
    changeOperations({ changed: queued.map(asQueued), removed: letters.map(({ id }) => id) });
    core.wake("push", true);
  }

  async function discard(id: string): Promise<void> {
    await ready();
    changeOperations(await watchStorage(outbox.discard(id, withDependents(operations, deadLetter(id)))));
  }

  function changeOperations(delta: OperationDelta): void {
    if (replica.changeOperations(delta)) announceChanged();
  }

  /** Tells the other tabs what this one has changed in the storage. */
  function announceChanged(): void {
    // Who is about to lead has only read.
    if (core.standing.get() !== "leaderless") storageFailure.set(undefined);
    deps.channel.post({ type: "changed" });
  }

  function checkSubscriptions(): void {
    if (!isStopped) follow(subscriptions.check());
  }

  async function readTold(message?: Extract<TabMessage, { readonly type: "queued" | "changed" }>): Promise<void> {
    if (message?.type === "queued") await replica.refreshQueue(message.firstKey);
    else {
      checkSubscriptions();
      // What only the leader remembers of a cleared database it stores first (C20): its next exchange finds the other one.
      await replica.refresh(core.standing.get() === "leading");
    }
    // Another tab has stored something, and this one can read it.
    if (message) storageFailure.set(undefined);
  }

  function follow(reading: Promise<void>): void {
    // Once stopped there is nothing left to be read.
    reading.catch((error: unknown) => isStopped || deps.reportError(error));
  }

  function deadLetter(id: string): DeadOperation {
    const operation = operations.get(id);
    if (operation?.state !== "dead") throw noDeadLetter();
    return operation;
  }

  /** A write that the storage refused is told to its caller and by the status, until one succeeds, whosever it is. */
  async function watchStorage<Result>(writing: Promise<Result>): Promise<Result> {
    try {
      const result = await writing;
      storageFailure.set(undefined);
      return result;
    } catch (error) {
      if (error instanceof SyncClientError && error.code.startsWith("STORAGE_")) {
        meter.refresh(true);
        storageFailure.set(storageReason(error));
      }
      throw error;
    }
  }
}

import { TidemarkError } from "../errors.ts";
import type { OperationRunner } from "./operation-runner.ts";
import { createLaneMemory } from "./lane-memory.ts";
import { createLanes } from "./push-lanes.ts";
import { OperationFailure, settleTogether, type PushBatch, type SettledBatch } from "./push-transaction.ts";
import { MAX_TRANSACTION_OPERATIONS, packUnits, splitUnits, type PushUnit } from "./push-units.ts";
import { upgradePush } from "./push-upgrades.ts";
import { groupFailed, refusalOf } from "./push-verdicts.ts";
import type { SyncContract } from "./sync-contract.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { OperationResult, PushInput, PushOperation, PushOutput } from "./sync-protocol.ts";
import type { SyncStore } from "./sync-store.ts";

/** How often a handler that throws is tried, each time in a transaction of its own, before its operation is parked. */
const MAX_HANDLER_ATTEMPTS = 5;
/** Most operations of different devices in one combined transaction. */
const MAX_COMBINED_OPERATIONS = 200;
/** While the database works on one transaction of a lane, this process prepares the next. */
const PARALLEL_RUNS = 2;
/** Devices whose lane is remembered; a forgotten one travels alone once. */
const MAX_REMEMBERED_LANES = 10_000;

/** An operation that is kept for a later run, and what its handler, its policy or its transaction threw. */
export interface ParkedFailure {
  readonly user: SyncUser;
  readonly operation: PushOperation;
  readonly error: unknown;
}

export function createPush<Tx>(deps: {
  readonly store: SyncStore<Tx>;
  readonly runner: OperationRunner<Tx>;
  readonly contract: SyncContract;
  readonly onParked: (failure: ParkedFailure) => void;
}) {
  const { store, runner, contract, onParked } = deps;
  const { laneOf, remember } = createLaneMemory(MAX_REMEMBERED_LANES);
  const lanes = createLanes<PushBatch, SettledBatch>({
    run: applyTogether,
    sizeOf: ({ ops }) => ops.length,
    maxSize: MAX_COMBINED_OPERATIONS,
    parallelRuns: PARALLEL_RUNS,
    exclusiveKeyOf: ({ request }) => request.input.deviceId,
  });

  return async function push(user: SyncUser, input: PushInput): Promise<PushOutput> {
    const { ops: current, failures } = upgradePush(input, contract);
    const units = splitUnits(current);
    refuseLargeGroups(units, failures);
    const batches = current.length === 0 ? [[]] : packUnits(units);
    const results: OperationResult[] = [];
    let settled: SettledBatch | undefined;
    for (const ops of batches) {
      settled = await lanes.submit(laneOf(input.deviceId), { request: { user, input }, ops, failures });
      results.push(...settled.results);
    }
    if (settled === undefined) throw new TypeError("A push without batches settles nothing.");
    if (settled.scope !== undefined) remember(input.deviceId, settled.scope);
    return { epoch: settled.epoch, lastSeq: settled.lastSeq, results };
  };

  /** One transaction for all; when one device's operation spoils it, each push has one of its own. */
  async function applyTogether(batches: readonly PushBatch[]): Promise<readonly PromiseSettledResult<SettledBatch>[]> {
    const [only] = batches;
    if (batches.length === 1 && only !== undefined) return Promise.allSettled([applyBatch(only)]);
    try {
      const outcomes = await store.write((transaction) => settleTogether(transaction, batches, runner));
      return outcomes.map((outcome) =>
        outcome instanceof TidemarkError
          ? { status: "rejected", reason: outcome }
          : { status: "fulfilled", value: outcome },
      );
    } catch (error) {
      if (isAway(error)) throw error;
      const outcomes: PromiseSettledResult<SettledBatch>[] = [];
      for (const batch of batches) outcomes.push(...(await Promise.allSettled([applyBatch(batch)])));
      return outcomes;
    }
  }

  /** The fast road: one transaction without savepoints. Anything that spoils it sends the batch down the slow road. */
  async function applyBatch(batch: PushBatch): Promise<SettledBatch> {
    try {
      return await applyAlone(batch);
    } catch (error) {
      if (failsWholePush(error)) throw error;
      return applyUnitByUnit(batch, error instanceof OperationFailure ? error.operation : undefined);
    }
  }

  async function applyAlone(batch: PushBatch): Promise<SettledBatch> {
    return store.write(async (transaction) => {
      const [outcome] = await settleTogether(transaction, [batch], runner);
      if (outcome === undefined) throw new TypeError("A transaction answered no outcome.");
      // Thrown inside, so that nothing of a refused push stays.
      if (outcome instanceof TidemarkError) throw outcome;
      return outcome;
    });
  }

  /** The slow road: a transaction per unit, so that what fails is undone alone and its neighbours go on. */
  async function applyUnitByUnit(batch: PushBatch, failedOnce: PushOperation | undefined): Promise<SettledBatch> {
    const results: OperationResult[] = [];
    let settled: SettledBatch | undefined;
    let scope: string | undefined;
    for (const unit of splitUnits(batch.ops)) {
      const failedAttempts = failedOnce !== undefined && unit.includes(failedOnce) ? 1 : 0;
      settled = await applyUnit({ ...batch, ops: unit }, failedAttempts);
      results.push(...settled.results);
      scope = settled.scope ?? scope;
    }
    if (settled === undefined) throw new TypeError("A batch without operations has no slow road.");
    return { ...settled, results, scope };
  }

  async function applyUnit(unit: PushBatch, failedAttempts: number): Promise<SettledBatch> {
    let failed = failedAttempts;
    let failure: unknown;
    let culprit = unit.ops[0];
    while (failed < MAX_HANDLER_ATTEMPTS) {
      try {
        return await applyAlone(unit);
      } catch (error) {
        if (failsWholePush(error)) throw error;
        failed += 1;
        failure = error;
        if (error instanceof OperationFailure) {
          culprit = error.operation;
          failure = error.failure ?? new TypeError("The handler threw nothing at all.");
          if (refusalOf(failure) !== undefined) break;
        }
      }
    }
    for (const operation of unit.ops) {
      unit.failures.set(operation, operation === culprit ? failure : groupFailed("Another operation failed"));
    }
    const settled = await recordFailures(unit);
    const parked = settled.results.find(({ id, status }) => id === culprit?.id && status === "parked");
    if (parked !== undefined && culprit !== undefined) {
      onParked({ user: unit.request.user, operation: culprit, error: failure });
    }
    return settled;
  }

  /** The same operation under another device id may get its verdict at this moment; the next look finds that verdict. */
  async function recordFailures(unit: PushBatch): Promise<SettledBatch> {
    try {
      return await applyAlone(unit);
    } catch (error) {
      if (failsWholePush(error)) throw error;
      return applyAlone(unit);
    }
  }
}

function refuseLargeGroups(units: readonly PushUnit[], failures: Map<PushOperation, unknown>): void {
  for (const unit of units) {
    if (unit.length <= MAX_TRANSACTION_OPERATIONS) continue;
    const refusal = groupFailed(
      `A group has at most ${MAX_TRANSACTION_OPERATIONS} operations, this one ${unit.length}`,
    );
    for (const operation of unit) failures.set(operation, refusal);
  }
}

const isAway = (error: unknown) => error instanceof TidemarkError && error.code === "UNAVAILABLE";

/**
 * Whether a failure is no operation's own: the request is refused or the database is away. `INTERNAL` is what a handler
 * may throw for a fault of its own, and parks its operation like any other exception.
 */
function failsWholePush(error: unknown): boolean {
  return error instanceof TidemarkError && error.code !== "INTERNAL";
}

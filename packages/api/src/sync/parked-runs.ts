import { TidemarkError } from "../errors.ts";
import { HandlerRefusal, type OperationRunner } from "./operation-runner.ts";
import { describeFailure, groupFailed, rejectedVerdict } from "./push-verdicts.ts";
import type { OperationVerdict } from "./sync-protocol.ts";
import type { ParkedOperation, ParkedPosition, SyncStore, SyncWriteTransaction } from "./sync-store.ts";
import { verdictChange } from "./system-operations.ts";

/** What a run over the parked operations came to. */
export interface ParkedRun {
  readonly applied: number;
  readonly rejected: number;
  /** Threw again and stay parked. */
  readonly stillParked: number;
}

type Parked = ParkedOperation & ParkedPosition;

/** Runs parked operations after the fault is mended: see `SyncEngine.rerunParked`. */
export function createParkedRuns<Tx>(deps: { readonly store: SyncStore<Tx>; readonly runner: OperationRunner<Tx> }) {
  const { store, runner } = deps;

  return async function rerunParked(onProgress?: (run: ParkedRun) => void): Promise<ParkedRun> {
    const counts = { applied: 0, rejected: 0, stillParked: 0 };
    let after: ParkedPosition | undefined;
    for (;;) {
      const next = await runNext(after);
      if (next === undefined) return counts;
      after = next.position;
      counts[next.outcome] += 1;
      onProgress?.({ ...counts });
    }
  };

  async function runNext(after: ParkedPosition | undefined) {
    let taken: Parked | undefined;
    try {
      return await store.write(async (transaction) => {
        taken = await transaction.takeParked(after);
        if (taken === undefined) return undefined;
        return { position: taken, outcome: await settle(transaction, taken, await apply(transaction, taken)) };
      });
    } catch (error) {
      if (taken === undefined || (error instanceof TidemarkError && error.code === "UNAVAILABLE")) throw error;
      // What the handler wrote before it threw is rolled back by now.
      if (error instanceof HandlerRefusal) return { position: taken, outcome: await reject(taken, error.refusal) };
      const parked = taken;
      await store.write((transaction) => transaction.noteParked(parked, describeFailure(error)));
      return { position: taken, outcome: "stillParked" as const };
    }
  }

  async function apply(transaction: SyncWriteTransaction<Tx>, { operation, userId, deviceId }: Parked) {
    // The rest of its group was refused: alone it would be half of what its author did in one step.
    if (operation.group !== undefined) return { refusal: groupFailed("The others of its group were refused") };
    const prepared = await runner.prepare(operation);
    if (prepared instanceof TidemarkError) return { refusal: prepared };
    // Its author's `base` is history by now: the server's order decides.
    const request = { prepared, user: { id: userId }, deviceId, base: undefined, row: undefined };
    return runner.run({ ...request, tx: transaction.tx });
  }

  async function settle(
    transaction: SyncWriteTransaction<Tx>,
    parked: Parked,
    outcome: Awaited<ReturnType<typeof apply>>,
  ) {
    const { id, seq } = parked.operation;
    const isRefused = outcome.refusal !== undefined;
    const verdict: OperationVerdict = isRefused
      ? rejectedVerdict(parked.operation, outcome.refusal)
      : { id, seq, status: "applied" };
    await transaction.removeParked(parked);
    await transaction.recordChanges([...(isRefused ? [] : outcome.changes), verdictChange(parked, verdict)]);
    return isRefused ? ("rejected" as const) : ("applied" as const);
  }

  function reject(parked: Parked, refusal: TidemarkError) {
    return store.write((transaction) => settle(transaction, parked, { refusal }));
  }
}

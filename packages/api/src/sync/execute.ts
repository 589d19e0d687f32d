import { TidemarkError } from "../errors.ts";
import { HandlerRefusal, type OperationRunner } from "./operation-runner.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { SyncStore } from "./sync-store.ts";

/** Direct calls of operations: see `SyncEngine.execute`. */
export function createExecute<Tx>({
  store,
  runner,
}: {
  readonly store: SyncStore<Tx>;
  readonly runner: OperationRunner<Tx>;
}) {
  return async function execute(user: SyncUser, name: string, args: unknown): Promise<unknown> {
    const prepared = await runner.prepare({ name, args });
    if (prepared instanceof TidemarkError) throw prepared;
    try {
      return await store.write(async (transaction) => {
        // Without a `base` nothing conflicts, so only what dismisses a row needs to see it.
        const wanted = name === "conflict.dismiss" && prepared.target !== undefined ? [prepared.target] : [];
        const [row] = wanted.length === 0 ? [] : await transaction.lockRows(wanted);
        const request = { prepared, tx: transaction.tx, user, deviceId: null, base: undefined, row };
        const outcome = await runner.run(request);
        if (outcome.refusal !== undefined) throw outcome.refusal;
        await transaction.recordChanges(outcome.changes);
        return outcome.result;
      });
    } catch (error) {
      throw error instanceof HandlerRefusal ? error.refusal : error;
    }
  };
}

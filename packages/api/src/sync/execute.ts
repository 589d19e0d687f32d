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
        // Locked before the handler's own rows, as a push with a `base` does: two orders would end in deadlocks.
        const [row] = prepared.target === undefined ? [] : await transaction.lockRows([prepared.target]);
        const request = { prepared, tx: transaction.tx, user, deviceId: null, base: undefined, row };
        const outcome = await runner.run(request);
        if (outcome.refusal !== undefined) throw outcome.refusal;
        const written = transaction.recordChanges(outcome.changes);
        transaction.seal();
        await written;
        return outcome.result;
      });
    } catch (error) {
      throw error instanceof HandlerRefusal ? error.refusal : error;
    }
  };
}

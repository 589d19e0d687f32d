import type { SyncEngine, SyncOperations, TidemarkContract } from "@tidemark/api/server";
import type { DatabaseHandle } from "@tidemark/db";
import type { DomainMetrics } from "../../observability/metrics.ts";

/** The engine as routers call it, measured. */
export function createSyncService({
  engine,
  metrics,
}: {
  readonly engine: Pick<SyncEngine<TidemarkContract, DatabaseHandle>, "push" | "pull">;
  readonly metrics: DomainMetrics;
}): SyncOperations {
  return {
    async push(user, input) {
      const stop = metrics.syncPushSeconds.startTimer();
      try {
        const output = await engine.push(user, input);
        for (const { status } of output.results) metrics.syncOperations.inc({ status });
        return output;
      } finally {
        stop();
      }
    },
    async pull(user, input) {
      const stop = metrics.syncPullSeconds.startTimer();
      try {
        return await engine.pull(user, input);
      } finally {
        stop();
      }
    },
  };
}

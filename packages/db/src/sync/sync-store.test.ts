import { describeSyncStore } from "@tidemark/api/testing";
import type { PushOperation } from "@tidemark/api/server";
import { eq } from "drizzle-orm";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { createSyncStore } from "./sync-store.ts";
import { syncParkedOperations } from "./sync-tables.ts";

describeOnEveryDatabase("the sync store", (context) => {
  describeSyncStore("keeps the contract of every sync store", async () => {
    const database = await context.open();
    return {
      store: createSyncStore(database),
      parkedOperations: async (deviceId) => {
        const rows = await database.db
          .select()
          .from(syncParkedOperations)
          .where(eq(syncParkedOperations.deviceId, deviceId))
          .orderBy(syncParkedOperations.seq);
        return rows.map(({ userId, operation, reason }) => {
          return { userId, deviceId, operation: JSON.parse(operation) as PushOperation, reason };
        });
      },
      close: async () => undefined,
    };
  });
});

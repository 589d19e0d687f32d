import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import type { Database } from "../engine/database.ts";
import { syncDevices, syncParkedOperations } from "../schema.ts";
import { readSyncDepth } from "./sync-depth.ts";

describeOnEveryDatabase("how many operations wait", (context) => {
  let database: Database;
  beforeAll(async () => {
    database = await context.open();
  });

  it("is none at first", async () => {
    expect(await readSyncDepth(database.db)).toEqual({ onDevices: 0, parked: 0 });
  });

  it("counts what devices say that were here lately, and what is parked", async () => {
    const device = { userId: "ada", pending: 3 };
    const longAgo = "2020-01-01T00:00:00Z";
    await database.db.insert(syncDevices).values([
      { ...device, deviceId: "phone" },
      { ...device, deviceId: "tablet", pending: 4 },
      // However much it boasts, it is one device.
      { ...device, deviceId: "boaster", pending: Number.MAX_SAFE_INTEGER },
      { ...device, deviceId: "lost", pending: 100, lastSeenAt: longAgo },
    ]);
    const parked = { deviceId: "lost", userId: "ada", operation: "{}", reason: "A fault." };
    await database.db.insert(syncParkedOperations).values([
      { ...parked, seq: 1, operationId: "one", parkedAt: longAgo },
      { ...parked, seq: 2, operationId: "two" },
    ]);
    expect(await readSyncDepth(database.db)).toEqual({ onDevices: 100_007, parked: 2 });
  });
});

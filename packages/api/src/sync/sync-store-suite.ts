import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { describeChanges } from "./sync-store-changes-suite.ts";
import { describeDevices } from "./sync-store-devices-suite.ts";
import { describeHistory } from "./sync-store-history-suite.ts";
import { describeMarks } from "./sync-store-marks-suite.ts";
import { describeParking } from "./sync-store-parking-suite.ts";
import { describeVerdicts } from "./sync-store-verdicts-suite.ts";
import type { SuiteContext, SyncStoreFixture } from "./sync-store-fixture.ts";

/**
 * The contract of every `SyncStore`. Stores on one connection (PGlite) run one transaction at a time, so no test makes
 * the progress of one transaction depend on another one that is open.
 */
export function describeSyncStore<Tx>(title: string, open: () => Promise<SyncStoreFixture<Tx>>): void {
  describe(title, () => {
    let opened: SyncStoreFixture<Tx>;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(() => opened.close());

    const context: SuiteContext<Tx> = {
      fixture: () => opened,
      store: () => opened.store,
      newUser: async () => (opened.createUser === undefined ? randomUUID() : opened.createUser()),
      newDevice: async () => {
        const device = { deviceId: randomUUID(), userId: await context.newUser() };
        await opened.store.ensureDevice(device);
        return device;
      },
      record: (...changes) => opened.store.write((transaction) => transaction.recordChanges(changes)),
    };

    describeDevices(context);
    describeVerdicts(context);
    describeChanges(context);
    describeMarks(context);
    describeHistory(context);
    describeParking(context);
  });
}

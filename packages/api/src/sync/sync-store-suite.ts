import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { describeChanges } from "./sync-store-changes-suite.ts";
import { describeDevices } from "./sync-store-devices-suite.ts";
import { describeVerdicts } from "./sync-store-verdicts-suite.ts";
import type { ParkedOperation, RowChange, SyncStore, SyncWriteTransaction } from "./sync-store.ts";

/** An open, empty store to prove. */
export interface SyncStoreFixture<Tx> {
  readonly store: SyncStore<Tx>;
  /** What is parked for a device, by seq; the port itself only writes it. */
  parkedOperations(deviceId: string): Promise<readonly ParkedOperation[]>;
  /** Makes a person whom devices may belong to and answers their id; left out, any UUID will do. */
  readonly createUser?: () => Promise<string>;
  close(): Promise<void>;
}

/** What the parts of the suite share. Every test makes its own people, devices and scopes, so one store serves all. */
export interface SuiteContext<Tx> {
  readonly fixture: () => SyncStoreFixture<Tx>;
  readonly store: () => SyncStore<Tx>;
  readonly newUser: () => Promise<string>;
  /** A device with its owner, created in the store. */
  readonly newDevice: () => Promise<{ readonly deviceId: string; readonly userId: string }>;
  /** Records changes in a transaction of their own. */
  readonly record: (...changes: readonly RowChange[]) => ReturnType<SyncWriteTransaction<Tx>["recordChanges"]>;
}

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
  });
}

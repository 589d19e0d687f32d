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

/** Entry for tests: the contract suite of every `SyncStore`, and the in-memory one. */
export { createMemorySyncStore, type MemoryBackup, type MemorySyncStore } from "./sync/memory-sync-store.ts";
export type { MemoryRows } from "./sync/memory-transaction.ts";
export type { SyncStoreFixture } from "./sync/sync-store-fixture.ts";
export { describeSyncStore } from "./sync/sync-store-suite.ts";

import type { SyncStore } from "@tidemark/api/server";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { createAcknowledge } from "./sync-acknowledging.ts";
import { writeChanges } from "./sync-changes.ts";
import { pruneDeletions } from "./sync-pruning.ts";
import { createSyncReads } from "./sync-reads.ts";
import { createSyncWrites, insertDevices } from "./sync-writes.ts";

/** The sync engine's store over Postgres or PGlite; every method is one statement, whatever it covers (pruning: one a batch). */
export function createSyncStore(database: Database): SyncStore<DatabaseHandle> {
  return {
    write: (work) => database.transaction((tx, end) => work(createSyncWrites(tx, end))),
    read: (work) => database.transaction((tx) => work(createSyncReads(tx)), { snapshot: true }),
    ensureDevice: (device) => insertDevices(database.db, [device]),
    recordChanges: (tx, changes) => writeChanges(tx, changes),
    pruneDeletions: (before) => pruneDeletions(database.db, before),
    acknowledge: createAcknowledge(database.db),
  };
}

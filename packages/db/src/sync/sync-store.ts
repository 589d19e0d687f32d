import type { SyncStore } from "@tidemark/api/server";
import { sql } from "drizzle-orm";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { writeChanges } from "./sync-changes.ts";
import { pruneDeletions } from "./sync-pruning.ts";
import { createSyncReads } from "./sync-reads.ts";
import { createSyncWrites, insertDevices } from "./sync-writes.ts";

/** The sync engine's store over Postgres or PGlite; every method is one statement, whatever it covers (pruning: one a batch). */
export function createSyncStore(database: Database): SyncStore<DatabaseHandle> {
  return {
    write: (work) => database.transaction((tx) => work(createSyncWrites(tx))),
    read: (work) => database.transaction((tx) => work(createSyncReads(tx)), { snapshot: true }),
    ensureDevice: (device) => insertDevices(database.db, [device]),
    recordChanges: (tx, changes) => writeChanges(tx, changes),
    pruneDeletions: (before) => pruneDeletions(database.db, before),
    acknowledge: async ({ deviceId, ackSeq }) => {
      // Never beyond `last_seq`: what has no verdict yet cannot be confirmed.
      await database.db.execute(sql`
        with device as (
          update sync_devices set ack_seq = greatest(ack_seq, least(${ackSeq}::bigint, last_seq)), last_seen_at = now()
          where device_id = ${deviceId}
          returning device_id, ack_seq
        )
        delete from sync_verdicts using device
        where sync_verdicts.device_id = device.device_id and sync_verdicts.seq <= device.ack_seq`);
    },
  };
}

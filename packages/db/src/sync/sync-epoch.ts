import { sql } from "drizzle-orm";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { runStatement, selectRows } from "../engine/raw-rows.ts";
import { syncEpoch } from "./sync-tables.ts";

/** What tells one database's history from another's. */
interface DatabaseIdentity {
  readonly systemIdentifier: string | null;
  /** Another after every promotion and every restore to a point in time. */
  readonly timeline: number | null;
}

export async function readEpoch(tx: DatabaseHandle): Promise<string> {
  const [row] = await runStatement<{ epoch: string }>(tx, "select epoch from sync_epoch", []);
  if (row === undefined) throw noEpoch();
  return row.epoch;
}

/**
 * Writes the first epoch, and a new one when the rows came from another cluster or timeline (a restored backup): devices
 * may hold versions that this history gives away a second time. An identity that cannot be read proves nothing.
 */
export async function ensureEpoch(tx: DatabaseHandle): Promise<void> {
  const identity = await readIdentity(tx);
  const [stored] = await tx.select().from(syncEpoch);
  if (stored === undefined) {
    await tx.insert(syncEpoch).values(identity);
    return;
  }
  const isOther =
    differs(stored.systemIdentifier, identity.systemIdentifier) || differs(stored.timeline, identity.timeline);
  await tx.update(syncEpoch).set({
    systemIdentifier: identity.systemIdentifier ?? stored.systemIdentifier,
    timeline: identity.timeline ?? stored.timeline,
    ...(isOther && { epoch: sql`gen_random_uuid()` }),
  });
}

/**
 * Starts a new history by an operator's command, for a restore that the database itself does not show: every device takes a
 * new id, sends again what is unsettled and pulls from nothing. Answers the new epoch.
 */
export async function renewEpoch(database: Database): Promise<string> {
  return database.transaction(async (tx) => {
    const identity = await readIdentity(tx);
    const [renewed] = await tx
      .update(syncEpoch)
      .set({ ...identity, epoch: sql`gen_random_uuid()` })
      .returning({ epoch: syncEpoch.epoch });
    if (renewed === undefined) throw noEpoch();
    return renewed.epoch;
  });
}

const noEpoch = () =>
  new TypeError(
    "The database has no epoch yet: run its migrations (migrateSyncTables, in an app of your own) at each start.",
  );

const differs = (stored: unknown, current: unknown) => stored !== null && current !== null && stored !== current;

/** Null where the role may not ask. A failed statement would end the transaction, so the privilege is asked for first. */
async function readIdentity(tx: DatabaseHandle): Promise<DatabaseIdentity> {
  const [may] = await selectRows<{ system: boolean; timeline: boolean }>(
    tx,
    sql`
      select coalesce(has_function_privilege(to_regprocedure('pg_control_system()'), 'execute'), false) as system,
        not pg_is_in_recovery()
          and coalesce(has_function_privilege(to_regprocedure('pg_walfile_name(pg_lsn)'), 'execute'), false)
          and coalesce(has_function_privilege(to_regprocedure('pg_current_wal_lsn()'), 'execute'), false) as timeline`,
  );
  const [system] = may?.system
    ? await selectRows<{ identifier: string }>(
        tx,
        sql`select system_identifier::text as identifier from pg_control_system()`,
      )
    : [];
  // The name of the file that is written now starts with the timeline; the control file tells it a checkpoint later.
  const [log] = may?.timeline
    ? await selectRows<{ file: string }>(tx, sql`select pg_walfile_name(pg_current_wal_lsn()) as file`)
    : [];
  return {
    systemIdentifier: system?.identifier ?? null,
    timeline: log === undefined ? null : Number.parseInt(log.file.slice(0, 8), 16),
  };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createSyncStore,
  migrateSyncTables,
  openDatabase,
  selectRows,
  sql,
  type Database,
  type DatabaseHandle,
} from "@tidemark/db/sync";
import { TidemarkError } from "@tidemark/api/errors";
import type { MemoryRows } from "@tidemark/api/testing";
import type { ListsRows } from "../lists-server.ts";
import type { NodeLife } from "../node-life.ts";
import type { CreateServerDatabase, RowsStore } from "../server-database.ts";
import { watched, type Activity } from "./activity.ts";
import { rowsOf } from "./pglite-rows.ts";

const TABLES = [
  "sync_devices",
  "sync_verdicts",
  "sync_parked_operations",
  "sync_scopes",
  "sync_changes",
  "oracle_rows",
] as const;

/** Simulated time is the database's own, where it dates what it keeps. */
const SET_UP = [
  "create table oracle_rows (entity text, id text, row json not null, primary key (entity, id))",
  "create schema simulated",
  `create function simulated.now() returns timestamptz language sql stable
    as $$ select current_setting('simulated.now')::timestamptz $$`,
  "alter table sync_changes alter changed_at set default simulated.now()",
  "alter table sync_parked_operations alter parked_at set default simulated.now()",
  ...TABLES.map((table) => `create table backup_${table} (like ${table})`),
];

export interface PgliteDatabase {
  /** A world's own, empty: one at a time. */
  readonly create: CreateServerDatabase;
  /** Before each world. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The packages' own store over one PGlite, which all worlds use one after the other. */
export async function openPglite(activity: Activity): Promise<PgliteDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "tidemark-oracle-"));
  const database = await openDatabase({ dataDir });
  await migrateSyncTables(database);
  for (const statement of SET_UP) await run(database.db, statement);
  return {
    create: (deps) => createWorldDatabase({ ...deps, database, activity }),
    async empty() {
      await run(database.db, `truncate ${TABLES.join(", ")}`);
      await setEpoch(database.db, 1);
    },
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

const run = (handle: DatabaseHandle, statement: string) => selectRows(handle, sql.raw(statement));

/** Epochs by number: a seed replays to the same ones. */
const setEpoch = (handle: DatabaseHandle, epoch: number) =>
  run(handle, `update sync_epoch set epoch = '00000000-0000-4000-8000-${String(epoch).padStart(12, "0")}'`);

const ended = () => new TidemarkError("UNAVAILABLE", { message: "The process was killed." });

function createWorldDatabase(
  deps: Parameters<CreateServerDatabase>[0] & { readonly database: Database; readonly activity: Activity },
): ReturnType<CreateServerDatabase> {
  const { database, activity, now, commitCount } = deps;
  const store = createSyncStore(database);
  const handles = new WeakMap<MemoryRows<ListsRows>, DatabaseHandle>();
  const inTurn = createTurns();
  let epochs = 1;
  let backupIndex: number | undefined;

  const tellTime = (handle: DatabaseHandle) =>
    selectRows(handle, sql`select set_config('simulated.now', ${now()}, false)`);

  const watchedRows = (handle: DatabaseHandle): MemoryRows<ListsRows> => {
    const rows = watched(rowsOf(handle), activity);
    handles.set(rows, handle);
    return rows;
  };

  function storeOf(life: NodeLife): RowsStore {
    /** PGlite has one connection: its own queue would not tell waiting from running. */
    const turn = <Result>(work: () => Promise<Result>): Promise<Result> =>
      inTurn(() => {
        if (!life.isAlive) throw ended();
        return activity.during(work);
      });
    return {
      write: (work) =>
        turn(() =>
          store.write((transaction) => {
            const { tx } = transaction;
            const statements = watched(
              {
                ...transaction,
                parkOperations: async (operations) => {
                  await tellTime(tx);
                  return transaction.parkOperations(operations);
                },
                recordChanges: async (changes) => {
                  if (changes.length > 0) await tellTime(tx);
                  return transaction.recordChanges(changes);
                },
              } satisfies typeof transaction,
              activity,
            );
            return activity.outside(() => work({ ...statements, tx: watchedRows(tx) }));
          }),
        ),
      read: (work) =>
        turn(() =>
          store.read((snapshot) =>
            activity.outside(() => work({ ...watched({ ...snapshot }, activity), tx: watchedRows(snapshot.tx) })),
          ),
        ),
      ensureDevice: (device) => turn(() => store.ensureDevice(device)),
      acknowledge: (device) => turn(() => store.acknowledge(device)),
      pruneDeletions: (before) => turn(() => store.pruneDeletions(before)),
      recordChanges(rows, changes) {
        const handle = handles.get(rows);
        if (handle === undefined) throw new TypeError("Only a transaction's own handle records changes.");
        return activity.during(async () => {
          await tellTime(handle);
          return store.recordChanges(handle, changes);
        });
      },
    };
  }

  /** Every table takes what another holds. */
  const copy = (from: string, into: string) =>
    activity.during(() =>
      database.transaction(async (tx) => {
        for (const table of TABLES) {
          await run(tx, `truncate ${into}${table}`);
          await run(tx, `insert into ${into}${table} select * from ${from}${table}`);
        }
      }),
    );

  return {
    storeOf,
    backUp: () =>
      void inTurn(async () => {
        await copy("", "backup_");
        backupIndex = commitCount();
      }),
    backupIndex: () => backupIndex,
    restore() {
      epochs += 1;
      const epoch = epochs;
      void inTurn(async () => {
        await copy("backup_", "");
        await activity.during(() => setEpoch(database.db, epoch));
      });
    },
  };
}

/** One after the other, in the order of the calls. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

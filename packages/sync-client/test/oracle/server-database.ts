import { createMemorySyncStore, type MemoryBackup, type MemoryRows, type MemorySyncStore } from "@tidemark/api/testing";
import type { SyncStore } from "@tidemark/api/server";
import type { ListsRows } from "./lists-server.ts";
import type { NodeLife } from "./node-life.ts";

/** The entities that have a table of their own, and that people may pull. */
export const LIST_ENTITIES = ["item", "counter", "half", "card", "entry"] as const;

export type RowsStore = SyncStore<MemoryRows<ListsRows>>;

export interface ServerDatabaseDeps {
  /** ISO time of the simulated clock. */
  readonly now: () => string;
  /** How many transactions have committed. */
  readonly commitCount: () => number;
}

/** What the server processes share. */
export interface ServerDatabase {
  /** As one process uses it, to its end. */
  storeOf(life: NodeLife): RowsStore;
  /** Keeps a copy, once no transaction is under way. */
  backUp(): void;
  /** How many transactions had committed when the copy was taken; nothing while there is none. */
  backupIndex(): number | undefined;
  /** The copy takes the database's place, as another history; every process is dead. */
  restore(): void;
}

export type CreateServerDatabase = (deps: ServerDatabaseDeps) => ServerDatabase;

export const createMemoryDatabase: CreateServerDatabase = ({ now, commitCount }) => {
  let epochs = 1;
  let memory: MemorySyncStore<ListsRows> = createMemorySyncStore<ListsRows>({ epoch: "epoch 1", now });
  let backup: { readonly tables: MemoryBackup; readonly index: number } | undefined;
  return {
    storeOf: () => memory,
    backUp: () => void (backup = { tables: memory.backUp(), index: commitCount() }),
    backupIndex: () => backup?.index,
    restore() {
      epochs += 1;
      memory = createMemorySyncStore<ListsRows>({
        epoch: `epoch ${epochs}`,
        now,
        ...(backup && { backup: backup.tables }),
      });
    },
  };
};

import type { OperationVerdict } from "@tidemark/api/contracts";
import type { Row } from "../contract.ts";

/** An operation on its way. */
export interface StoredOperation {
  /** The outbox's own number, gapless; the wire's `seq` is `key - seqBase`. */
  readonly key: number;
  /** Place among all operations of this database; survives a re-keying. */
  readonly order: number;
  readonly id: string;
  readonly name: string;
  /** As the caller gave them, and as they go over the wire. */
  readonly args: unknown;
  /** What the schema made of `args`, where that differs. */
  readonly parsed?: unknown;
  readonly at: string;
  readonly contractVersion: number;
  /** The pulled version of the row that it changes. */
  readonly base?: number | undefined;
  /** Consecutive operations of one group are applied together or not at all. */
  readonly group?: string | undefined;
  /**
   * It keeps its place, so that no seq is missing, and is sent as what the server refuses if it has no verdict for it yet:
   * this app's contract has no meaning for it any more, or its author has given it up.
   */
  readonly retired?: "too-old" | "discarded";
}

/** A new operation has no key yet; its order is its key, except for one that is re-keyed. */
export type NewOperation = Omit<StoredOperation, "key" | "order"> & { readonly order?: number };

export interface StoredDeadLetter {
  /** The operation's id. */
  readonly id: string;
  readonly operation: StoredOperation;
  readonly status: "rejected" | "parked";
  readonly error: NonNullable<OperationVerdict["error"]>;
  readonly conflict?: OperationVerdict["conflict"];
}

export interface RowKey {
  readonly entity: string;
  readonly id: string;
}

export interface StoredRow extends RowKey {
  readonly scope: string;
  readonly version: number;
  readonly value: Row;
}

export interface StoredChange extends RowKey {
  readonly scope: string;
  readonly version: number;
  readonly value: Row | null;
}

/** A page of a pull that has not reached its end. */
export interface StagedPage {
  readonly removedScopes: readonly string[];
  readonly changes: readonly StoredChange[];
}

/** Where this device stands with the server. */
export interface DeviceState {
  readonly deviceId: string;
  readonly contractVersion: number;
  /** The outbox key that is the wire's seq 0. */
  readonly seqBase: number;
  /** Verdicts up to this seq are stored. */
  readonly ackSeq: number;
  /** The last pull that was shown included the verdicts up to this seq. */
  readonly pulledSeq: number;
  readonly cursor: string | null;
  readonly epoch: string | null;
  /** Former ids of this device; absent once a push by its present one was answered. */
  readonly replaces?: readonly string[] | undefined;
  /** What `subscribe` added to the contract's default scopes. */
  readonly scopes?: readonly string[] | undefined;
  /** Those of them that the last pull asked for: written with its rows and its cursor. */
  readonly pulledScopes?: readonly string[] | undefined;
  /** The cursor after the staged pages; absent while no pull is under way. */
  readonly stagedCursor?: string | undefined;
}

interface Stores {
  /** What waits, and before it what was applied and no pull has shown yet: `settledKey` parts the two. */
  readonly outbox: { readonly key: number; readonly value: StoredOperation };
  readonly deadLetters: { readonly key: string; readonly value: StoredDeadLetter };
  readonly rows: { readonly key: [entity: string, id: string]; readonly value: StoredRow };
  readonly staged: { readonly key: number; readonly value: StagedPage };
  readonly meta: { readonly key: "device"; readonly value: DeviceState };
}
export type StoreName = keyof Stores;
export type StoreKey<Name extends StoreName> = Stores[Name]["key"];
export type StoreValue<Name extends StoreName> = Stores[Name]["value"];

export interface ListOptions {
  /** Lowest key. */
  readonly from?: number;
  /** Highest key. */
  readonly to?: number;
  readonly limit?: number;
}

/** One atomic step. Between its calls the work may wait for nothing but these calls. */
export interface StorageTransaction {
  get<Name extends StoreName>(store: Name, key: StoreKey<Name>): Promise<StoreValue<Name> | undefined>;
  /** Values in key order. */
  list<Name extends StoreName>(store: Name, options?: ListOptions): Promise<readonly StoreValue<Name>[]>;
  /** How many operations the outbox holds from this key on. */
  countQueued(from: number): Promise<number>;
  /** Removes the outbox's operations up to this key. */
  trimOutbox(upToKey: number): void;
  /** Keys of the rows of a scope. */
  rowKeysOf(scope: string): Promise<readonly RowKey[]>;
  /**
   * Adds one operation or more at the outbox's end, in order, and answers the key of the first: those after it rise by
   * one. An aborted transaction gives its keys back.
   */
  append(operations: readonly NewOperation[]): Promise<number>;
  put<Name extends "outbox" | "deadLetters" | "rows" | "staged">(store: Name, value: StoreValue<Name>): void;
  putDevice(device: DeviceState): void;
  delete<Name extends StoreName>(store: Name, key: StoreKey<Name>): void;
  clear(store: StoreName): void;
  /** Nothing follows: what was asked for is committed before its answers are heard, which saves a round. */
  end(): void;
}

export type StorageMode = "read" | "write" | "durableWrite";

/** Where a person's data of one contract lies; all tabs of an origin share it. */
export interface SyncStorage {
  /**
   * Runs `work` atomically over `stores` and resolves when it is committed (`durableWrite`: flushed to the disk).
   * @throws SyncClientError `STORAGE_…`; whatever `work` throws undoes everything and is thrown on.
   */
  transaction<Result>(
    mode: StorageMode,
    stores: readonly StoreName[],
    work: (transaction: StorageTransaction) => Promise<Result>,
  ): Promise<Result>;
  close(): void;
}

import type { OperationVerdict, PushOperation } from "@tidemark/api/contracts";

/** An operation on its way. */
export interface StoredOperation {
  /** The outbox's own number, gapless, behind those of a database that was cleared; the wire's `seq` is `key - seqBase`. */
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
  /** Its place in the queue that it was first in, once it is queued again; until then it is read off the key. */
  readonly origin?: PushOperation["origin"];
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

/** A row's new state in one of its scopes. */
export interface StoredChange extends RowKey {
  readonly scope: string;
  readonly version: number;
  /** `null` where it is gone from there; its id is the change's. */
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** A page as it was pulled. What all of them come to, one after the other, are the rows. */
export interface StoredPage {
  /** Pages that are pulled later have higher keys. */
  readonly key: number;
  /** It begins anew: whatever pages before it brought is void. */
  readonly isFirst: boolean;
  /** To be purged before its changes count. */
  readonly removedScopes: readonly string[];
  readonly changes: readonly StoredChange[];
}

/** Which pages there are; no key is ever used twice. */
export interface PageKeys {
  /** Pages up to this one are shown. Those after it are of a pull that has not reached its end. */
  readonly shown: number;
  readonly last: number;
  /** How much more may be pulled, as characters of JSON, before all pages are written anew, without what is void. */
  readonly room: number;
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
  /** The cursor after the last page; absent while no pull is under way. */
  readonly stagedCursor?: string | undefined;
  /** Absent before the first page. */
  readonly pages?: PageKeys | undefined;
}

interface Stores {
  /** What waits, and before it what was applied and no pull has shown yet: `settledKey` parts the two. */
  readonly outbox: { readonly key: number; readonly value: StoredOperation };
  readonly deadLetters: { readonly key: string; readonly value: StoredDeadLetter };
  readonly pages: { readonly key: number; readonly value: StoredPage };
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
  get<Name extends Exclude<StoreName, "outbox">>(
    store: Name,
    key: StoreKey<Name>,
  ): Promise<StoreValue<Name> | undefined>;
  /** Values in key order; operations with their order, which the outbox itself does not know. */
  list<Name extends StoreName>(store: Name, options?: ListOptions): Promise<readonly StoreValue<Name>[]>;
  /** The outbox's highest key: of its newest operation, no number where there is none. Costs the same however long it is. */
  lastKey(): Promise<number>;
  /** Removes the values up to this key. */
  trim(store: "outbox" | "pages", upToKey: number): void;
  /**
   * Adds one operation or more at the outbox's end, in order, and answers the key of the first: those after it rise by
   * one. An aborted transaction gives its keys back.
   */
  append(operations: readonly NewOperation[]): Promise<number>;
  put<Name extends "outbox" | "deadLetters" | "pages">(store: Name, value: StoreValue<Name>): void;
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

import type {
  ContractRows,
  EntityName,
  EntityRow,
  OperationInput,
  OperationName,
  OperationVerdict,
  SyncContract,
} from "@tidemark/api/contracts";

/** A value that changes: `get()` answers the same object until it has changed. */
export interface Observable<Value> {
  get(): Value;
  /** Calls `listener` after each change; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/** Whether what is shown of a row is the server's, still on its way, or refused. */
export type RowState = "synced" | "pending" | "rejected";
export type LiveRow<Row> = Readonly<Row> & { readonly $state: RowState };
export type LiveRows<Row> = readonly LiveRow<Row>[];
/** Rows of a live query, in its order. */
export type LiveQuery<Row> = Observable<LiveRows<Row>>;

type IndexesOf<Contract, Name> =
  Contract extends SyncContract<infer _Entities, infer _Operations, infer Indexes>
    ? Name extends keyof Indexes
      ? Indexes[Name]
      : unknown
    : never;
type Field<Row, Key> = Key extends keyof Row ? Row[Key] : never;
/** Values for the first fields of an index, from none to all. */
type IndexPrefix<Row, Fields> = Fields extends readonly [infer First, ...infer Rest]
  ? readonly [] | readonly [Field<Row, First>, ...IndexPrefix<Row, Rest>]
  : readonly [];

/** Bounds for the index's field that follows the fields of `equals`. */
export interface IndexRange {
  readonly gt?: string | number;
  readonly gte?: string | number;
  readonly lt?: string | number;
  readonly lte?: string | number;
}

interface QueryShape<Prefix, Row> {
  readonly equals?: Prefix;
  readonly range?: IndexRange;
  /** By the index's fields, then by id; `asc` if absent. */
  readonly order?: "asc" | "desc";
  /** Most rows; all if absent. */
  readonly limit?: number;
  /**
   * Keeps the rows for which it answers true; the limit counts those. It must depend on nothing but the row, and costs a
   * call for each row of the index's part: let `equals` and `range` leave few. React compares it by identity.
   */
  readonly where?: (row: LiveRow<Row>) => boolean;
}

/** Rows of one entity by a declared index, or by their id where `index` is absent. */
export type RowQuery<Contract, Name extends EntityName<Contract>> =
  | ({ readonly index?: undefined } & QueryShape<readonly [] | readonly [string], EntityRow<Contract, Name>>)
  | {
      [Index in keyof IndexesOf<Contract, Name> & string]: { readonly index: Index } & QueryShape<
        IndexPrefix<EntityRow<Contract, Name>, IndexesOf<Contract, Name>[Index]>,
        EntityRow<Contract, Name>
      >;
    }[keyof IndexesOf<Contract, Name> & string];

export interface OperationId {
  readonly id: string;
}

/**
 * Queues one operation: resolves with its id once it is durable on this device.
 * @throws SyncClientError `INVALID_ARGUMENTS`, `OPERATION_TOO_LARGE`, `STORAGE_…`, `STOPPED`: then nothing was queued.
 */
export type Mutator<Contract, Name> = (args: OperationInput<Contract, Name>) => Promise<OperationId>;

type MutatorAt<Contract, Name, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? { readonly [Key in Head]: MutatorAt<Contract, Name, Rest> }
  : // Spelled out: an editor shows the arguments instead of the whole contract.
    { readonly [Key in Path]: (args: OperationInput<Contract, Name>) => Promise<OperationId> };
type Merged<Union> = (Union extends unknown ? (part: Union) => void : never) extends (whole: infer Whole) => void
  ? Whole
  : never;
/** `mutate.chat.send(args)` for the operation `chat.send`. */
export type Mutators<Contract, Names = OperationName<Contract>> = Merged<
  Names extends string ? MutatorAt<Contract, Names, Names> : never
>;

/** Why operations wait, or `none`. */
export type WaitReason = "none" | "offline" | "signed-out" | "server" | "app-too-old" | "storage";

/** What is true of this device now (I10): `synced` only when nothing waits and the server was heard since. */
export interface SyncStatus {
  readonly state: "synced" | "pending" | "offline" | "stuck";
  /** Operations whose effect a pull has not confirmed yet; dead letters not among them. */
  readonly pending: number;
  /** ISO time by this device's clock. */
  readonly oldestPendingAt: string | null;
  readonly reason: WaitReason;
  /** When a pull last reached its end: ISO time by this device's clock. */
  readonly lastSyncedAt: string | null;
  /** This tab does the pushing and pulling for all tabs. */
  readonly isLeader: boolean;
  readonly deadLetters: number;
  /** As measured last, at most a minute before the last exchange; `null` where the browser does not tell. */
  readonly storage: StorageUse | null;
}

/** What this origin stores on the device. */
export interface StorageUse {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** False: the browser may clear it when the disk is full. */
  readonly isPersistent: boolean;
}

export interface QueuedOperation {
  /** The operation's number in this database; order of effect. */
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
  /** When it was queued: ISO time by this device's clock. */
  readonly at: string;
  /** `settled`: the server has taken it, no pull has shown what became of it yet. */
  readonly state: "queued" | "settled";
}

/** An operation that the server refused, kept until a person decides. Letters of a group follow each other. */
export interface DeadLetter {
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
  readonly at: string;
  readonly status: "rejected" | "parked";
  readonly error: { readonly code: string; readonly message: string };
  readonly conflict?: NonNullable<OperationVerdict["conflict"]>;
  /** The same for a refused operation and all that could not stay without it: its own id, or that of `causedBy`. */
  readonly group: string;
  /** The letter that this one fell with; absent for what was refused for a reason of its own. */
  readonly causedBy?: string;
}

export interface DeadLetters extends Observable<readonly DeadLetter[]> {
  /** Queues its whole group again, in order, with new operation ids; the entities' ids stay. */
  retry(id: string): Promise<void>;
  /** The same, this one with other arguments. */
  edit(id: string, args: unknown): Promise<void>;
  /** Gives it up, with what cannot stay without it, queued or refused: their local effect goes. */
  discard(id: string): Promise<void>;
}

/** One exchange with the server, for a person who looks why something waits. */
export interface SyncActivity {
  readonly at: string;
  readonly kind: "push" | "pull";
  /** Operations of a push that got their verdict. */
  readonly operations: number;
  /** Changes in a pull. */
  readonly changes: number;
  readonly outcome: "ok" | "failed";
  readonly message?: string;
}

/** See `SyncClient.subscribe`. */
export interface ScopeSubscription {
  /** Resolves when a pull that asked for the scope has ended, at once if one had before. Rejects when the client stops. */
  readonly ready: Promise<void>;
  unsubscribe(): void;
}

/** What `createSync` answers: one person's data of one contract on this device. */
export interface SyncClient<Contract> {
  /** The local data is loaded. Rejects with a `STORAGE_…` error where it cannot be. */
  readonly opened: Promise<void>;
  readonly mutate: Mutators<Contract>;
  /** The same as `mutate`, by the operation's name. */
  enqueue<Name extends OperationName<Contract>>(name: Name, args: OperationInput<Contract, Name>): Promise<OperationId>;
  /**
   * Queues up to 50 operations as one: they become durable, are shown and are applied by the server together or not at
   * all. Write with the function that `write` is given; its calls resolve with an id at once, the transaction when all is
   * durable. Whatever `write` throws, and whatever of its calls fails, queues nothing.
   * @throws SyncClientError as `mutate`, `TRANSACTION_TOO_LARGE`, `TRANSACTION_MISUSED`
   */
  transaction(
    write: (mutate: Mutators<Contract>) => void | Promise<void>,
  ): Promise<{ readonly ids: readonly string[] }>;
  query<Name extends EntityName<Contract>>(
    entity: Name,
    query?: RowQuery<Contract, Name>,
  ): LiveQuery<ContractRows<Contract>[Name]>;
  /**
   * Pulls a scope beside the contract's `defaultScopes`, on this device and beyond restarts, until its last subscriber in
   * all tabs has left. Then its rows and its place in the cursor stay, but grow old; a lost membership purges them still.
   */
  subscribe(scope: string): ScopeSubscription;
  readonly status: Observable<SyncStatus>;
  readonly outbox: Observable<readonly QueuedOperation[]>;
  readonly deadLetters: DeadLetters;
  /** The newest 50, newest first. */
  readonly activity: Observable<readonly SyncActivity[]>;
  /** Asks the leading tab to push and pull now; resolves when this tab has seen an exchange end, whatever its outcome. */
  syncNow(): Promise<void>;
  /** Ends timers, leadership and requests; what is queued stays for the next start. */
  stop(): Promise<void>;
}

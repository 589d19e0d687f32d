import type { FieldAuthor, FieldMark } from "./field-merge.ts";
import { operationVerdict, type OperationVerdict, type PushOperation, type SyncChange } from "./sync-protocol.ts";

/**
 * What the engine needs of a database. Everything is plural so that concurrent pushes can share one transaction; every
 * method is one statement (or one per kind of row), however many devices and operations it covers.
 */
export interface SyncStore<Tx> {
  /**
   * Runs `work` in one read-write transaction and commits it when it resolves. A deadlock or serialization failure is
   * tried again a few times; then, or when the database is away, it rejects with `UNAVAILABLE`. Whatever `work` throws
   * rolls everything back and is thrown on.
   */
  write<Result>(work: (transaction: SyncWriteTransaction<Tx>) => Promise<Result>): Promise<Result>;
  /** Runs `work` in one read-only snapshot. */
  read<Result>(work: (snapshot: SyncReadTransaction<Tx>) => Promise<Result>): Promise<Result>;
  /** Creates the device for this user if no device has its id; never changes an existing one. */
  ensureDevice(device: { readonly deviceId: string; readonly userId: string }): Promise<void>;
  /**
   * Enters rows that a transaction of the caller's own changed outside an operation, with the same versions and
   * guarantees; it must be that transaction's last statement.
   */
  recordChanges(tx: Tx, changes: readonly RowChange[]): Promise<readonly SyncChange[]>;
  /**
   * Forgets deletions recorded before `before` (ISO time) and remembers per scope up to which version; answers how many.
   * A cursor from before that version can no longer be served.
   */
  pruneDeletions(before: string): Promise<number>;
  /**
   * Forgets the verdicts that the device has stored, at most those it has, outside a push; `lastSeq` stays for ever.
   */
  acknowledge(device: { readonly deviceId: string; readonly ackSeq: number }): Promise<void>;
}

export interface RetiredDevice {
  readonly deviceId: string;
  readonly userId: string;
  readonly replacedBy: string;
}

/** Where a device stands. */
export interface DeviceCheckpoint {
  readonly deviceId: string;
  readonly userId: string;
  readonly lastSeq: number;
  /** Verdicts up to here are confirmed and forgotten. */
  readonly ackSeq: number;
  /** The device that goes on with its queue; `null` while it is in use. */
  readonly replacedBy: string | null;
}

export interface StoredVerdict {
  readonly userId: string;
  readonly deviceId: string;
  readonly seq: number;
  readonly operationId: string;
  /** The verdict as JSON text, kept as it was first written so that a replay is equal byte for byte. */
  readonly text: string;
}

export interface NewVerdict extends StoredVerdict {
  /** False for the row that a re-keyed copy of an operation leaves on its new device. */
  readonly isFirst: boolean;
}

/** A row's new state, before it has its version. */
export interface RowChange {
  readonly scope: string;
  readonly entity: string;
  readonly id: string;
  /** The whole row as clients see it, or `null` for a deletion. */
  readonly value: Readonly<Record<string, unknown>> | null;
  /** The fields that an author set, for later conflicts: each gets this change's version; other marks of the row stay. */
  readonly marks?: Readonly<Record<string, FieldAuthor>>;
}

/** A row of the change index, as it is now. */
export interface IndexedRow {
  readonly scope: string;
  readonly entity: string;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly marks: Readonly<Record<string, FieldMark>>;
}

export interface ParkedOperation {
  readonly userId: string;
  readonly deviceId: string;
  readonly operation: PushOperation;
  /** Why it was parked, for operators only. */
  readonly reason: string;
}

/** Orders parked operations, oldest first; ISO time with microseconds. */
export interface ParkedPosition {
  readonly parkedAt: string;
  readonly deviceId: string;
  readonly seq: number;
}

export interface DeviceProgress {
  readonly deviceId: string;
  readonly lastSeq: number;
  /** The device has stored its verdicts up to here: they are forgotten. `undefined` or less than before changes nothing. */
  readonly ackSeq: number | undefined;
  /** What the device says is still queued; `undefined` leaves the last word. */
  readonly pending: number | undefined;
  readonly contract: { readonly name: string; readonly version: number } | undefined;
}

/** A scope that a user may read. `grant` differs whenever access was lost in between. */
export interface ReadableScope {
  readonly scope: string;
  readonly grant: number;
}

/**
 * Statements run in the order in which they are issued, so that several may be under way at once; each sees what the ones
 * before it did and waited for.
 */
export interface SyncWriteTransaction<Tx> {
  /** The handle that policies and operation handlers use. */
  readonly tx: Tx;
  epoch(): Promise<string>;
  /** Locks the checkpoints in id order until the commit; devices that do not exist are absent from the answer. */
  lockDevices(deviceIds: readonly string[]): Promise<ReadonlyMap<string, DeviceCheckpoint>>;
  createDevices(devices: readonly { readonly deviceId: string; readonly userId: string }[]): Promise<void>;
  /**
   * Takes devices of a person out of use, also such as are not known yet. One that is somebody else's or replaced already
   * stays as it is.
   */
  retireDevices(devices: readonly RetiredDevice[]): Promise<void>;
  /** Verdicts by device and seq, and first verdicts by user and operation id. */
  findVerdicts(query: {
    readonly bySeq: readonly { readonly deviceId: string; readonly seq: number }[];
    readonly byOperation: readonly { readonly userId: string; readonly operationId: string }[];
  }): Promise<readonly StoredVerdict[]>;
  /**
   * Rows of the change index by entity and id, locked in (entity, id) order until the commit; a row that was never
   * recorded is absent, a deleted one has `value: null`.
   */
  lockRows(rows: readonly { readonly entity: string; readonly id: string }[]): Promise<readonly IndexedRow[]>;
  /** The next parked operation after `after` by time, locked; one that another transaction has is passed over. */
  takeParked(after: ParkedPosition | undefined): Promise<(ParkedOperation & ParkedPosition) | undefined>;
  /** Keeps the newest reason of a parked operation that has failed again; its place stays. */
  noteParked(position: ParkedPosition, reason: string): Promise<void>;
  /** Forgets a parked operation that has got its final verdict. */
  removeParked(position: ParkedPosition): Promise<void>;
  /** Keeps operations whose handler keeps throwing, with their arguments, for an operator to run again. */
  parkOperations(operations: readonly ParkedOperation[]): Promise<void>;
  saveVerdicts(verdicts: readonly NewVerdict[], devices: readonly DeviceProgress[]): Promise<void>;
  /**
   * The **last** statement of a transaction: takes the next versions of each touched scope, in scope order, and writes
   * the change rows with them. The scopes stay locked from here to the commit, so versions are gapless in commit order.
   * Several changes of one row collapse into the last.
   */
  recordChanges(changes: readonly RowChange[]): Promise<readonly SyncChange[]>;
  /**
   * Says that no statement follows those issued so far: a store may send the commit behind them, without waiting for
   * their answers. One of them that fails still undoes everything; what `work` throws for another reason no longer does.
   */
  seal(): void;
}

export interface ScopePosition {
  readonly scope: string;
  /** Changes after this version are wanted. */
  readonly after: number;
  /** Deletions up to this version are left out: the reader never had those rows. */
  readonly skipDeletionsUntil: number;
  /** Rows of these entities are left out up to a version: older than the entity's window. */
  readonly leaveOutUntil?: Readonly<Record<string, number>>;
}

export interface ScopeVersion {
  readonly version: number;
  /** Deletions up to this version are forgotten. */
  readonly prunedUntil: number;
}

/** Asks for the newest `rows` live rows of an entity among those up to a version. */
export interface WindowQuery {
  readonly scope: string;
  readonly entity: string;
  readonly rows: number;
  readonly upTo: number;
}

export interface SyncReadTransaction<Tx> {
  readonly tx: Tx;
  epoch(): Promise<string>;
  device(deviceId: string): Promise<DeviceCheckpoint | undefined>;
  /** Current version per scope; a scope that never changed is absent. */
  scopeVersions(scopes: readonly string[]): Promise<ReadonlyMap<string, ScopeVersion>>;
  /** For each query the version up to which rows lie outside the window; 0 when all lie inside. */
  windowStarts(queries: readonly WindowQuery[]): Promise<readonly number[]>;
  /** Up to `limit` changes, in the order of `positions`, then by version. */
  changesAfter(positions: readonly ScopePosition[], limit: number): Promise<readonly SyncChange[]>;
}

/**
 * The verdict in a stored text, its keys in the order they were written: a replay answers it byte for byte.
 * @throws TypeError for a text that holds no verdict.
 */
export function parseVerdict(text: string): OperationVerdict {
  const verdict: unknown = JSON.parse(text);
  if (!isVerdict(verdict)) throw new TypeError("A stored verdict is none.");
  return verdict;
}

const isVerdict = (value: unknown): value is OperationVerdict => operationVerdict.safeParse(value).success;

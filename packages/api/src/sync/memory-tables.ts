import type { SyncRow } from "./sync-contract.ts";
import type { SyncChange } from "./sync-protocol.ts";
import type { FieldMark } from "./field-merge.ts";
import type { DeviceCheckpoint, ParkedOperation, ParkedPosition, ScopeVersion, StoredVerdict } from "./sync-store.ts";

/** A row's latest change, with what the index keeps beside it. */
export interface MemoryChange extends SyncChange {
  readonly marks: Readonly<Record<string, FieldMark>>;
  /** ISO time. */
  readonly changedAt: string;
}

/** The in-memory store's committed state. Values are never changed in place, so a shallow copy is a snapshot. */
export interface MemoryTables {
  readonly devices: Map<string, DeviceCheckpoint>;
  /** By device and seq. */
  readonly verdicts: Map<string, StoredVerdict>;
  /** By user and operation id: the verdict that decides over re-keyed copies. */
  readonly firstVerdicts: Map<string, StoredVerdict>;
  readonly parked: Map<string, ParkedOperation & ParkedPosition>;
  readonly versions: Map<string, ScopeVersion>;
  /** By scope: the latest change of each row, in version order. */
  readonly changes: Map<string, readonly MemoryChange[]>;
  /** By entity and id: the scope that a row lies in. */
  readonly scopes: Map<string, string>;
  /** Rows of the domain, by entity and id. */
  readonly rows: Map<string, SyncRow>;
}

export const createTables = (): MemoryTables => ({
  devices: new Map(),
  verdicts: new Map(),
  firstVerdicts: new Map(),
  parked: new Map(),
  versions: new Map(),
  changes: new Map(),
  scopes: new Map(),
  rows: new Map(),
});

export const copyTables = (tables: MemoryTables): MemoryTables => ({
  devices: new Map(tables.devices),
  verdicts: new Map(tables.verdicts),
  firstVerdicts: new Map(tables.firstVerdicts),
  parked: new Map(tables.parked),
  versions: new Map(tables.versions),
  changes: new Map(tables.changes),
  scopes: new Map(tables.scopes),
  rows: new Map(tables.rows),
});

/** The parts of a key joined by a character that no part holds. */
export const keyOf = (...parts: readonly (string | number)[]): string => parts.join("\n");

/** One transaction's own writes to a table, over what others have committed so far. */
export interface TableOverlay<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** Every key with its value, own writes included. */
  entries(): ReadonlyMap<string, Value>;
  commitTo(table: Map<string, Value>): void;
}

export function overlayTable<Value>(committed: () => ReadonlyMap<string, Value>): TableOverlay<Value> {
  const own = new Map<string, { readonly value: Value | undefined }>();
  const commitTo = (table: Map<string, Value>) => {
    for (const [key, { value }] of own) {
      if (value === undefined) table.delete(key);
      else table.set(key, value);
    }
  };
  return {
    get: (key) => (own.has(key) ? own.get(key)?.value : committed().get(key)),
    set: (key, value) => void own.set(key, { value }),
    delete: (key) => void own.set(key, { value: undefined }),
    entries: () => {
      const all = new Map(committed());
      commitTo(all);
      return all;
    },
    commitTo,
  };
}

import { keyOf, type MemoryChange, type MemoryTables, type TableOverlay } from "./memory-tables.ts";
import type {
  IndexedRow,
  RowChange,
  ScopePosition,
  ScopeVersion,
  SyncReadTransaction,
  SyncWriteTransaction,
  WindowQuery,
} from "./sync-store.ts";

/** The change index as one transaction sees it. */
export interface ChangeTables {
  readonly versions: TableOverlay<ScopeVersion>;
  readonly changes: TableOverlay<readonly MemoryChange[]>;
  readonly scopes: TableOverlay<string>;
}

const neverChanged: ScopeVersion = { version: 0, prunedUntil: 0 };

export function createChangeWrites({
  tables,
  lock,
  now,
}: {
  readonly tables: ChangeTables;
  readonly lock: (...keys: readonly string[]) => Promise<void>;
  readonly now: () => string;
}): Pick<SyncWriteTransaction<unknown>, "lockRows" | "recordChanges"> {
  const find = (entity: string, id: string): MemoryChange | undefined => {
    const scope = tables.scopes.get(keyOf(entity, id));
    const changes = scope === undefined ? undefined : tables.changes.get(scope);
    return changes?.find((change) => change.entity === entity && change.id === id);
  };

  return {
    async lockRows(rows) {
      const keys = [...new Set(rows.map(({ entity, id }) => keyOf("indexed", entity, id)))].toSorted();
      await lock(...keys);
      const found = new Set(rows.map(({ entity, id }) => find(entity, id)));
      return [...found].flatMap((change) => (change === undefined ? [] : [toIndexedRow(change)]));
    },
    async recordChanges(recorded) {
      const latest = collapse(recorded);
      const scopes = [...new Set(latest.map(({ scope }) => scope))].toSorted();
      await lock(...scopes.map((scope) => keyOf("scope", scope)));
      await lock(...latest.map(({ entity, id }) => keyOf("indexed", entity, id)).toSorted());
      return latest.map((change) => write(change));
    },
  };

  function write({ scope, entity, id, value, marks = {} }: RowChange) {
    const { version: before, prunedUntil } = tables.versions.get(scope) ?? neverChanged;
    const version = before + 1;
    const own = Object.entries(marks).map(([field, author]) => [field, { ...author, version }] as const);
    const kept = value === null ? {} : { ...find(entity, id)?.marks, ...Object.fromEntries(own) };
    const stored = value === null ? null : (JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
    const change: MemoryChange = { scope, entity, id, version, value: stored, marks: kept, changedAt: now() };
    const others = (tables.changes.get(scope) ?? []).filter((other) => other.entity !== entity || other.id !== id);
    tables.versions.set(scope, { version, prunedUntil });
    tables.changes.set(scope, [...others, change]);
    tables.scopes.set(keyOf(entity, id), scope);
    return toSyncChange(change);
  }
}

/** Forgets old deletions of every scope: see `SyncStore.pruneDeletions`. */
export function pruneChanges(tables: ChangeTables, before: string): number {
  let pruned = 0;
  for (const [scope, changes] of tables.changes.entries()) {
    const old = changes.filter(({ value, changedAt }) => value === null && changedAt < before);
    const { version, prunedUntil } = tables.versions.get(scope) ?? neverChanged;
    if (old.length === 0) continue;
    pruned += old.length;
    tables.changes.set(
      scope,
      changes.filter((change) => !old.includes(change)),
    );
    for (const { entity, id } of old) tables.scopes.delete(keyOf(entity, id));
    tables.versions.set(scope, { version, prunedUntil: Math.max(prunedUntil, ...old.map((change) => change.version)) });
  }
  return pruned;
}

type ChangeReads = Pick<SyncReadTransaction<unknown>, "scopeVersions" | "windowStarts" | "changesAfter">;

export function createChangeReads(tables: MemoryTables): ChangeReads {
  return {
    scopeVersions: async (scopes) =>
      new Map(
        scopes.flatMap((scope) => {
          const version = tables.versions.get(scope);
          return version === undefined ? [] : [[scope, version] as const];
        }),
      ),
    windowStarts: async (queries) => queries.map((query) => windowStart(tables, query)),
    changesAfter: async (positions, limit) =>
      positions
        .flatMap((position) =>
          (tables.changes.get(position.scope) ?? []).filter((change) => isWanted(change, position)),
        )
        .slice(0, limit)
        .map(toSyncChange),
  };
}

function windowStart({ changes }: MemoryTables, { scope, entity, rows, upTo }: WindowQuery): number {
  const live = (changes.get(scope) ?? []).filter(
    (change) => change.entity === entity && change.value !== null && change.version <= upTo,
  );
  return live.at(-rows - 1)?.version ?? 0;
}

function isWanted({ version, value, entity }: MemoryChange, position: ScopePosition): boolean {
  const { after, skipDeletionsUntil, leaveOutUntil = {} } = position;
  if (version <= after || (value === null && version <= skipDeletionsUntil)) return false;
  return version > (leaveOutUntil[entity] ?? 0);
}

const toSyncChange = ({ scope, entity, id, version, value }: MemoryChange) => ({ scope, entity, id, version, value });
const toIndexedRow = ({ scope, entity, id, value, marks }: MemoryChange): IndexedRow => ({
  scope,
  entity,
  id,
  value,
  marks,
});

/** The last change of each row, at the place of that last change, with the marks of all. */
function collapse(changes: readonly RowChange[]): readonly RowChange[] {
  const latest = new Map<string, RowChange>();
  for (const change of changes) {
    const key = keyOf(change.scope, change.entity, change.id);
    const marks = { ...latest.get(key)?.marks, ...change.marks };
    latest.delete(key);
    latest.set(key, { ...change, marks });
  }
  return [...latest.values()];
}
